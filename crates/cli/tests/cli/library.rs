//! `attune import` and `attune library`.

use crate::fixtures::{TABLE, TABLE_MAP};
use crate::harness::Sandbox;
use crate::snapshot;

fn import(sandbox: &Sandbox, name: &str, table: impl AsRef<[u8]>) {
    sandbox.write("table.csv", table);
    let args = ["import", "csv", "table.csv", "--map", "title=title,artist=artist"];
    snapshot!(name, sandbox.run(&args));
}

fn count(sandbox: &Sandbox) -> u64 {
    sandbox.json(&["library", "stats", "--format", "json"])["items"].as_u64().unwrap()
}

#[test]
fn a_byte_order_mark_and_crlf_are_no_matter() {
    import(
        &Sandbox::new(),
        "import_bom_crlf",
        "\u{feff}title,artist\r\nBell,Quiet Rooftops Test\r\n",
    );
}

#[test]
fn broken_rows_are_named_and_the_others_come_in() {
    let sandbox = Sandbox::new();
    let before = count(&sandbox);
    let table = b"title,artist\nBell,Quiet Rooftops Test\nshort\n\xff\xfe,Loud Rooftops Test\nToll,A,extra\n";
    import(&sandbox, "import_ragged_not_utf8", table);
    assert_eq!(count(&sandbox), before + 1);
}

#[test]
fn a_row_without_a_title_is_passed_over() {
    import(&Sandbox::new(), "import_no_title", "title,artist\n,A\nBell,Quiet Rooftops Test\n");
}

#[test]
fn a_table_that_cannot_be_used_changes_nothing() {
    let sandbox = Sandbox::new();
    let before = count(&sandbox);
    import(&sandbox, "import_empty", "");
    import(&sandbox, "import_header_only", "title,artist\n");
    import(&sandbox, "import_other_columns", "name,band\nBell,Someone\n");
    import(&sandbox, "import_utf16", b"\xff\xfet\0i\0t\0l\0e\0\n\0");
    import(&sandbox, "import_all_ragged", "title,artist\nBell\n");
    snapshot!("import_missing", sandbox.run(&["import", "csv", "gone.csv"]));
    sandbox.write("odd.csv", "a,b\n1,2\n");
    snapshot!("import_unknown_header", sandbox.run(&["import", "csv", "odd.csv"]));
    let bad_map = ["import", "csv", "odd.csv", "--map", "tune=a"];
    snapshot!("import_bad_map", sandbox.run(&bad_map));
    assert_eq!(count(&sandbox), before);
}

#[test]
fn the_library_is_listed_counted_and_exported() {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", TABLE);
    let args = ["import", "csv", "table.csv", "--map", TABLE_MAP];
    snapshot!("import_first", sandbox.run(&args));
    snapshot!("import_again", sandbox.run(&args));
    let loud = ["--artist", "loud rooftops test"];
    let quiet = ["--artist", "Quiet Rooftops Test", "--tag", "sad"];
    snapshot!("library_list", sandbox.run(&[&["library", "list"][..], &loud].concat()));
    snapshot!("library_list_tag", sandbox.run(&[&["library", "list"][..], &quiet].concat()));
    let export = |format| [&["library", "export", "--format", format][..], &loud].concat();
    snapshot!("library_export_csv", sandbox.run(&export("csv")));
    snapshot!("library_bad_tag", sandbox.run(&["library", "list", "--tag", "clam"]));
    let json = sandbox.json(&export("json"));
    assert_eq!(json["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["items"][1]["tags"][0], "joyful");
}

#[test]
fn what_was_exported_can_be_imported() {
    let sandbox = Sandbox::new();
    let table = sandbox.output(&["library", "export", "--format", "csv", "--kind", "video"]).stdout;
    let lines = String::from_utf8_lossy(&table).lines().count() as u64;
    sandbox.write("videos.csv", &table);
    let map = "title=title,artist=artist,kind=kind,language=language,mood=tags";
    let args = ["import", "csv", "videos.csv", "--map", map, "--format", "json"];
    let report = sandbox.json(&args);
    assert_eq!((report["rows"].as_u64(), report["added"].as_u64()), (Some(lines - 1), Some(0)));
}

#[test]
fn stats_count_the_starter_catalogue() {
    let stats = Sandbox::new().json(&["library", "stats", "--format", "json"]);
    let number = |key: &str| stats[key].as_u64().unwrap();
    assert_eq!(number("items"), number("music") + number("videos"));
    assert!(number("music") >= 500 && number("videos") >= 80, "{stats}");
    assert!(stats["languages"]["hindi"].as_u64() >= Some(60), "{stats}");
    assert!(stats["languages"].as_object().unwrap().len() >= 8, "{stats}");
}
