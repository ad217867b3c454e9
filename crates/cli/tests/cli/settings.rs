//! Flags over variables over file over defaults.

use crate::harness::Sandbox;
use crate::snapshot;

/// Columns are as wide as the temporary folder's name: their padding becomes two spaces.
fn squeeze(table: &str) -> String {
    let cells = |line: &str| {
        let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join("  ")
    };
    table.lines().map(cells).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_value_says_where_it_came_from() {
    let sandbox = Sandbox::new().env("ATTUNE_LISTEN", "0.0.0.0:80").env("ATTUNE_LIMIT", "7");
    sandbox
        .write("c.toml", "goal = \"lift\"\nlimit = 5\ndata_dir = \"here\"\nlanguages = [\"hi\"]\n");
    snapshot!("config_defaults", squeeze(&Sandbox::new().run(&["config", "show"])));
    snapshot!("config_layers", sandbox.run(&["config", "show", "--config", "c.toml"]));
    let flag = ["--config", "c.toml", "--data-dir", "/there", "config", "show", "--format=json"];
    snapshot!("config_flag_json", sandbox.run(&flag));
}

#[test]
fn the_xdg_folders_are_looked_in() {
    let sandbox = Sandbox::new();
    let config = sandbox.path("xdg-config");
    std::fs::create_dir_all(config.join("attune")).unwrap();
    std::fs::write(config.join("attune/config.toml"), "limit = 3\n").unwrap();
    let data = sandbox.path("xdg-data");
    let sandbox = sandbox
        .env("XDG_CONFIG_HOME", config.to_str().unwrap())
        .env("XDG_DATA_HOME", data.to_str().unwrap());
    snapshot!("config_xdg", squeeze(&sandbox.run(&["config", "show"])));
}

#[test]
fn a_broken_configuration_names_the_line() {
    for (name, text) in [
        ("config_unknown_key", "limit = 5\n\nlanguage = \"hindi\"\n"),
        ("config_bad_value", "limit = 5\ngoal = \"up\"\n"),
        ("config_bad_limit", "limit = 0\n"),
        ("config_no_toml", "limit =\n"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("c.toml", text);
        snapshot!(name, sandbox.run(&["--config", "c.toml", "config", "show"]));
    }
    let sandbox = Sandbox::new();
    sandbox.write("c.toml", b"goal = \"\xff\"\n");
    snapshot!("config_not_utf8", sandbox.run(&["--config", "c.toml", "config", "show"]));
    snapshot!("config_missing", sandbox.run(&["--config", "no.toml", "config", "show"]));
    let sandbox = Sandbox::new().env("ATTUNE_LISTEN", "somewhere");
    snapshot!("config_bad_variable", sandbox.run(&["config", "show"]));
}
