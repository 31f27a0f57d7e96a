"""What is put together keeps the order in which it came."""

from selfeval_xl.groups import by_key


def test_groups_and_what_is_in_them_keep_their_order() -> None:
    assert list(by_key((len(word), word) for word in ("bb", "a", "aa", "b")).items()) == [(2, ["bb", "aa"]), (1, ["a", "b"])]
    assert by_key([]) == {}
