//! A photograph as the film that Chromium's fake camera plays.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;

/// The film of a photo, written once for all tests that run together.
pub fn film(photo: &Path) -> PathBuf {
    static FILMS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let name = Path::new(photo.file_name().unwrap()).with_extension("y4m");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut films = FILMS.lock().unwrap();
    if !films.contains(&path) {
        write_film(photo, &path);
        films.push(path.clone());
    }
    path
}

/// Writes one frame of YUV4MPEG2 (4:2:0, BT.601) that the camera repeats.
fn write_film(photo: &Path, path: &Path) {
    let picture = image::open(photo).unwrap();
    let picture =
        picture.resize_to_fill(WIDTH, HEIGHT, image::imageops::FilterType::Triangle).to_rgb8();
    let mut file = std::fs::File::create(path).unwrap();
    write!(file, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420jpeg\nFRAME\n").unwrap();
    let plane = |step: u32, weights: [f32; 4]| -> Vec<u8> {
        let places =
            (0..HEIGHT / step).flat_map(|y| (0..WIDTH / step).map(move |x| (x * step, y * step)));
        places.map(|(x, y)| weigh(picture.get_pixel(x, y).0, weights)).collect()
    };
    file.write_all(&plane(1, [0.299, 0.587, 0.114, 0.0])).unwrap();
    file.write_all(&plane(2, [-0.169, -0.331, 0.5, 128.0])).unwrap();
    file.write_all(&plane(2, [0.5, -0.419, -0.081, 128.0])).unwrap();
}

fn weigh([r, g, b]: [u8; 3], [wr, wg, wb, offset]: [f32; 4]) -> u8 {
    (wr * f32::from(r) + wg * f32::from(g) + wb * f32::from(b) + offset).round() as u8
}
