//! Any text is a valid lock or is refused. A valid lock contains no path outside the tree. Writing
//! and reading it gives the same lock.

#![no_main]

use aksgen::sink::Lock;
use libfuzzer_sys::fuzz_target;
use std::{io::Cursor, path::Path};

fuzz_target!(|bytes: &[u8]| {
    let Ok(lock) = Lock::read(Cursor::new(bytes)) else { return };
    for path in lock.files().map(|file| file.to_string()) {
        let plain = Path::new(&path)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        assert!(
            plain
                && !path.contains(['\\', ':', '\0'])
                && !path.split('/').any(|part| part.eq_ignore_ascii_case(".git")),
            "{path:?}"
        );
    }
    let once = text(&lock);
    let again = Lock::read(Cursor::new(once.as_bytes())).expect("what is written is a lock");
    assert_eq!(text(&again), once);
    assert_eq!(lock.files().count(), again.files().count());
    assert_eq!(lock.aksgen, again.aksgen);
    assert!(lock.data.iter().filter(|(_, rows)| !rows.is_empty()).eq(&again.data));
});

fn text(lock: &Lock) -> String {
    let mut out = vec![];
    lock.write(&mut out).expect("memory takes everything");
    String::from_utf8(out).expect("a lock is text")
}
