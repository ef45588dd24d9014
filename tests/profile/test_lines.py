"""Lines of a purchase: parsed once, and looked up by all that they say."""

from habitue.profile.line import lines_of


def test_what_is_equal_in_python_only_is_not_the_same_line():
    told = {"sku": "a", "quantity": 2, "price": 1}

    lines = lines_of(
        [{**told, "counts": 0}, {**told, "counts": False}, {**told, "price": True}],
        "GBP",
    )

    assert [line[-1] for line in lines] == [200, None]


def test_a_list_where_a_text_belongs_says_nothing_and_leaves_the_rest():
    ((item, category, brand, milli, amount),) = lines_of(
        [{"sku": "a", "name": ["x"], "category": {}, "quantity": 2, "price": 1}], "GBP"
    )

    assert (item, category, brand, milli, amount) == ("a\x1f", "", "", 2000, 200)


def test_a_number_that_no_row_can_hold_is_no_price():
    ((*_, milli, amount),) = lines_of([{"sku": "a", "price": 10**40}], "GBP")

    assert (milli, amount) == (1000, None)


def test_a_line_of_many_words_is_a_line_all_the_same():
    told = {"sku": "a", "price": 3, "description": "x" * 5000}

    assert lines_of([told], "GBP") == (("a\x1f", "", "", 1000, 300),)


def test_what_is_no_line_is_left_out():
    assert lines_of(["tea", None, 3, {"sku": "a", "price": 1}], "GBP") == (
        ("a\x1f", "", "", 1000, 100),
    )
