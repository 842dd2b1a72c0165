"""Why a whole file can't be read. What is wrong with one row is told with that row."""

from services.shared.errors import Invalid


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
