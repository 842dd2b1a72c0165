"""Why a whole file can't be read. What is wrong with one row is told with that row."""

from services.shared.errors import Conflict, Invalid


class NotACsv(Invalid):
    """A workbook, a picture or something else that isn't text in columns."""

    code = "not_a_csv"


class MixedEncoding(Invalid):
    """Part is UTF-8 and part is not, so letters would come out wrong; `line` is where the first odd byte stands."""

    code = "mixed_encoding"


class QuoteNotClosed(Invalid):
    """A quotation mark opens a cell and nothing closes it; `row` is where."""

    code = "quote_not_closed"


class EmptyFile(Invalid):
    """No row below the header, or nothing at all."""

    code = "empty_file"


class WrongColumns(Invalid):
    """`missing`, `unknown` and `twice` name columns; `expected` are all that a file of this kind may have."""

    code = "wrong_columns"


class TooManyRows(Invalid):
    """`most` is how many there may be; nothing of the file was read further."""

    code = "too_many_rows"


class AlreadyWritten(Conflict):
    """A file is written once; send it again to look at it anew."""

    code = "already_written"


class NothingToWrite(Invalid):
    """No row of the file would change anything."""

    code = "nothing_to_write"


class PreviewOutdated(Conflict):
    """Something changed since the file was looked at, and a row would meet another fate: look at it anew."""

    code = "preview_outdated"
