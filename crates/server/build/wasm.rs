//! Compiles `attune-web` and `attune-ui` to wasm with the cargo that compiles this crate.

use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

/// The modules that the page loads.
pub(crate) struct Modules {
    /// What reads faces, in a worker; used as it is.
    pub(crate) reader: PathBuf,
    /// A folder with the app's module and the script that loads it.
    pub(crate) app: PathBuf,
}

/// Compiles both modules and has wasm-bindgen write the app's script.
pub(crate) fn build(workspace: &Path, out: &Path) -> Result<Modules, String> {
    let compiled = compile(workspace, out)?;
    let app = out.join("app");
    // What an earlier build left must not be packed too.
    std::fs::remove_dir_all(&app).ok();
    Bindgen::new()
        .input_path(compiled.join("attune_ui.wasm"))
        .web(true)
        .and_then(|bindgen| bindgen.typescript(false).generate(&app))
        .map_err(|error| format!("the app's script could not be written: {error:#}"))?;
    Ok(Modules { reader: compiled.join("attune_web.wasm"), app })
}

/// Returns the folder of the compiled modules.
fn compile(workspace: &Path, out: &Path) -> Result<PathBuf, String> {
    require_target()?;
    let target_dir = target_dir(out);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--locked", "--package", "attune-web", "--package", "attune-ui", "--lib"])
        .args(["--target", TARGET, "--profile", PROFILE])
        .arg("--manifest-path")
        .arg(workspace.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target_dir);
    forget_outer_build(&mut command);
    let output = command.output().map_err(|e| format!("cargo could not be started: {e}"))?;
    if output.status.success() {
        return Ok(target_dir.join(TARGET).join(PROFILE));
    }
    Err(format!("the app did not compile to wasm:\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// One folder for every profile of the outer build, but none that the outer cargo has locked:
/// `wasm-web` beside the outer profiles, or under `out` where the target folder is not found.
fn target_dir(out: &Path) -> PathBuf {
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").exists();
    out.ancestors().find(marked).unwrap_or(out).join("wasm-web")
}

/// Flags and wrappers meant for the outer build don't fit wasm; `simd128` is in every browser
/// since 2023.
fn forget_outer_build(command: &mut Command) {
    for variable in ["RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_TARGET", "RUSTC"] {
        command.env_remove(variable);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+simd128");
}

/// Says which command is missing, where rustc would only say "can't find crate for `core`".
fn require_target() -> Result<(), String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .map_err(|e| format!("rustc could not be started: {e}"))?;
    let folder = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && Path::new(folder.trim()).exists() {
        return Ok(());
    }
    Err(format!(
        "the page runs Rust in the browser, but the target {TARGET} is not installed\n\
         hint: rustup target add {TARGET}"
    ))
}
