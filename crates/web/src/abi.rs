//! What JavaScript calls. Everything unsafe of this crate is in here.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::RefCell;
use std::ptr::null_mut;
use std::slice;

use serde_json::Value;

use crate::{Look, Session};

thread_local! {
    static SESSION: RefCell<Session> = RefCell::default();
}

/// Reserves `length` bytes; null for none, or if there is no memory left.
#[unsafe(no_mangle)]
pub extern "C" fn attune_alloc(length: usize) -> *mut u8 {
    match Layout::array::<u8>(length) {
        // SAFETY: the layout is not empty.
        Ok(layout) if length > 0 => unsafe { alloc(layout) },
        _ => null_mut(),
    }
}

/// Gives back what `attune_alloc` reserved or an answer occupied.
///
/// # Safety
///
/// `address` and `length` belong together and are given back once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_free(address: *mut u8, length: usize) {
    if let (false, Ok(layout)) = (address.is_null(), Layout::array::<u8>(length)) {
        // SAFETY: the caller got both from here, and every allocation has this layout.
        unsafe { dealloc(address, layout) }
    }
}

/// Reads the model file in `length` bytes at `address`.
///
/// # Safety
///
/// The bytes are initialised and stay unchanged during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_load(address: *const u8, length: usize) -> u64 {
    // SAFETY: as the caller promises.
    let model = unsafe { bytes(address, length) };
    answer(SESSION.with_borrow_mut(|session| session.load(model)))
}

/// Reads the faces of the RGBA picture at `address`.
///
/// # Safety
///
/// The bytes are initialised and stay unchanged during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_read(
    address: *const u8,
    length: usize,
    width: usize,
    height: usize,
) -> u64 {
    // SAFETY: as the caller promises.
    let rgba = unsafe { bytes(address, length) };
    answer(SESSION.with_borrow_mut(|session| session.read(rgba, width, height, Look::Whole)))
}

/// Reads the large faces of the RGBA picture at `address`.
///
/// # Safety
///
/// The bytes are initialised and stay unchanged during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_glance(
    address: *const u8,
    length: usize,
    width: usize,
    height: usize,
) -> u64 {
    // SAFETY: as the caller promises.
    let rgba = unsafe { bytes(address, length) };
    answer(SESSION.with_borrow_mut(|session| session.read(rgba, width, height, Look::Glance)))
}

/// Begins anew with a person, of whom the JSON at `address` tells the bias.
///
/// # Safety
///
/// The bytes are initialised and stay unchanged during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_begin(address: *const u8, length: usize) -> u64 {
    // SAFETY: as the caller promises.
    let bias = unsafe { bytes(address, length) };
    answer(SESSION.with_borrow_mut(|session| session.begin(bias)))
}

/// Takes the RGBA frame at `address`, of time `at_s` in seconds.
///
/// # Safety
///
/// The bytes are initialised and stay unchanged during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_watch(
    address: *const u8,
    length: usize,
    width: usize,
    height: usize,
    at_s: f64,
) -> u64 {
    // SAFETY: as the caller promises.
    let rgba = unsafe { bytes(address, length) };
    answer(SESSION.with_borrow_mut(|session| session.watch(rgba, width, height, at_s)))
}

/// Makes the stages of reading the RGBA picture at `address`.
///
/// # Safety
///
/// The bytes are initialised and stay unchanged during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn attune_stages(
    address: *const u8,
    length: usize,
    width: usize,
    height: usize,
) -> u64 {
    // SAFETY: as the caller promises.
    let rgba = unsafe { bytes(address, length) };
    answer(SESSION.with_borrow_mut(|session| session.prepare_stages(rgba, width, height)))
}

/// Runs one of these stages once.
#[unsafe(no_mangle)]
pub extern "C" fn attune_run_stage(stage: usize) -> usize {
    SESSION.with_borrow_mut(|session| session.run_stage(stage))
}

/// # Safety
///
/// As for [`slice::from_raw_parts`], but null is no bytes.
unsafe fn bytes<'a>(address: *const u8, length: usize) -> &'a [u8] {
    if address.is_null() {
        return &[];
    }
    // SAFETY: not null; the rest as the caller promises.
    unsafe { slice::from_raw_parts(address, length) }
}

/// Address below, length above.
fn answer(value: Value) -> u64 {
    let text = value.to_string().into_bytes().into_boxed_slice();
    let length = text.len() as u64;
    let address = Box::into_raw(text).cast::<u8>() as usize as u64;
    length << 32 | address
}
