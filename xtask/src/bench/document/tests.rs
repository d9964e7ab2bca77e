//! Sections that come, stay and are replaced.

use super::with_section;

#[test]
fn a_section_takes_the_place_of_its_older_self_and_nothing_else() {
    let page = "# Page\n\n## One\n\nold\n\n## Two\n\nstays\n";
    let page = with_section(page, "One", "new\n\n| a |\n");
    assert_eq!(
        page,
        "# Page\n\n## One\n\nnew\n\n| a |\n\n## Two\n\nstays\n"
    );
    assert_eq!(with_section(&page, "One", "new\n\n| a |"), page);
}

#[test]
fn a_new_section_comes_last() {
    let page = with_section("# Page\n\n## One\n\ntext\n", "Two", "more");
    assert_eq!(page, "# Page\n\n## One\n\ntext\n\n## Two\n\nmore\n");
    assert_eq!(
        with_section("# Page\n", "One", "text"),
        "# Page\n\n## One\n\ntext\n"
    );
}

#[test]
fn the_last_section_can_be_replaced() {
    let page = with_section("# Page\n\n## One\n\nold\n", "One", "new");
    assert_eq!(page, "# Page\n\n## One\n\nnew\n");
}
