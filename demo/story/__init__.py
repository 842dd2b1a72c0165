"""The example: people, organisations and cases that nobody is or was, told by a fixed seed."""
