//! What is written comes back equal.

use super::*;

#[test]
fn an_answer_a_name_and_a_gap_come_back_as_they_went_in() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let at = "2026-06-01T06:00:00.123456789Z";
    let mut page = page("https://meet.example/privacy?x=1", at, b"<p>We keep nothing.</p>");
    page.peer = Some("2001:db8::7".parse().unwrap());
    page.headers.push(("transfer-encoding".into(), "chunked".into()));
    recorder.exchange(&page, &Wire::default()).unwrap();
    recorder.resolution(&name(at)).unwrap();
    recorder.gap("https://meet.example/terms", Why::Refused, "403 Forbidden", time(at)).unwrap();
    recorder.finish().unwrap();

    let archive = Archive::open(&[&path]).unwrap();
    assert_eq!(archive.damages(), []);
    let late = time("2027-01-01T00:00:00Z");
    assert_eq!(archive.latest("https://meet.example/privacy?x=1", late), Some(Entry::Http(page)));
    assert_eq!(archive.latest("dns:meet.example", late), Some(Entry::Dns(name(at))));
    let gap = Entry::Gap { why: Why::Refused, detail: "403 Forbidden".into(), at: time(at) };
    assert_eq!(archive.latest("https://meet.example/terms", late), Some(gap.clone()));
    assert_eq!(archive.gaps().collect::<Vec<_>>(), [("https://meet.example/terms", gap)]);
}
