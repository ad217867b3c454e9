//! Analyses recordings with bliss-audio, one after the other, and prints how long it took.

use std::time::Instant;

use bliss_audio::decoder::Decoder as _;
use bliss_audio::decoder::symphonia::SymphoniaDecoder;

fn main() {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().and_then(|n| n.parse().ok()).expect("how many files");
    let files: Vec<String> = args.collect();
    let mut seconds = 0.0;
    for path in files.iter().cycle().take(count) {
        let start = Instant::now();
        let _ = SymphoniaDecoder::song_from_path(path).expect("a recording");
        seconds += start.elapsed().as_secs_f64();
    }
    // It says nothing of the length of Ogg files; Attune's figures beside these do.
    println!("{{\"files\":{count},\"seconds\":{seconds:.2}}}");
}
