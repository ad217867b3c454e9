//! What `wasm.mjs` calls. One thread; whoever calls keeps the memory it asked for.

use std::cell::RefCell;

use crate::{ENGINES, Engine, Network, input};

thread_local! {
    static READY: RefCell<Option<(Box<dyn Engine>, Vec<f32>)>> = const { RefCell::new(None) };
    static LOGITS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Makes an engine of the network's two files; 0 where it could not.
///
/// # Safety
/// Both are bytes that `reserve` gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn make(engine: usize, onnx: *const u8, a: usize, st: *const u8, b: usize) -> u32 {
    // SAFETY: as the caller promises.
    let network = unsafe {
        Network {
            onnx: std::slice::from_raw_parts(onnx, a),
            safetensors: std::slice::from_raw_parts(st, b),
        }
    };
    let made = ENGINES.get(engine).and_then(|(_, make)| make(network).ok());
    let ready = made.zip(input(network).ok()).map(|(engine, (face, _))| (engine, face));
    let done = ready.is_some();
    READY.with_borrow_mut(|slot| *slot = ready);
    done.into()
}

/// Runs the engine once; answers how many logits there are.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    READY.with_borrow_mut(|ready| {
        let Some((engine, face)) = ready else { return 0 };
        LOGITS.with_borrow_mut(|logits| {
            *logits = engine.logits(face);
            logits.len()
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn logits() -> *const f32 {
    LOGITS.with_borrow(|logits| logits.as_ptr())
}
