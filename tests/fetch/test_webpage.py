"""A page that was saved: its tables, however it was left off."""

import time

import pytest

from catrade_fetch.webpage import Page

MOST = 1_000_000


def test_a_table_within_remarks_of_excel_is_read():
    page = Page(
        b"<![if !mso]><!-- <td>not this</td> --><table><tr><td colspan=2>1<td>2</table>",
        MOST,
    )
    assert page.grids() == [[["1", "1", "2"]]]
    assert page.is_whole
    assert not Page(b"<table><tr><td>1", MOST).is_whole


@pytest.mark.parametrize("left_open", ["<!--", "<a ", "<a href='", "</", "<![", "<?"])
def test_what_never_ends_is_looked_at_once(left_open):
    """Python's parser looks at each of these from there to the end: some minutes of processor."""
    begun = time.process_time()
    Page(left_open.encode() * 20_000, MOST)
    assert time.process_time() - begun < 20
