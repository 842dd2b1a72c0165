import signal
import sys


def main() -> int:
    from demo.commands import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    # Until a command has begun, ctrl-C ends the process without a word: nobody wants a traceback of an import.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())
