//! Seeds from the golden vectors (`protocol/vectors`).

/// What a client sends, right and wrong.
pub(crate) fn of_clients() -> Vec<Vec<u8>> {
    const FILES: [&str; 9] = [
        include_str!("../../protocol/vectors/client-control.hex"),
        include_str!("../../protocol/vectors/client-cursor.hex"),
        include_str!("../../protocol/vectors/client-event.hex"),
        include_str!("../../protocol/vectors/client-heartbeat.hex"),
        include_str!("../../protocol/vectors/client-join.hex"),
        include_str!("../../protocol/vectors/client-leave.hex"),
        include_str!("../../protocol/vectors/client-several.hex"),
        include_str!("../../protocol/vectors/client-state.hex"),
        include_str!("../../protocol/vectors/invalid-client.hex"),
    ];
    FILES.into_iter().flat_map(cases).collect()
}

/// What a server sends, right and wrong.
pub(crate) fn of_servers() -> Vec<Vec<u8>> {
    const FILES: [&str; 12] = [
        include_str!("../../protocol/vectors/server-control.hex"),
        include_str!("../../protocol/vectors/server-cursor-batch.hex"),
        include_str!("../../protocol/vectors/server-cursor-broadcast.hex"),
        include_str!("../../protocol/vectors/server-event.hex"),
        include_str!("../../protocol/vectors/server-heartbeat.hex"),
        include_str!("../../protocol/vectors/server-presence-update.hex"),
        include_str!("../../protocol/vectors/server-several.hex"),
        include_str!("../../protocol/vectors/server-state.hex"),
        include_str!("../../protocol/vectors/server-user-joined.hex"),
        include_str!("../../protocol/vectors/server-user-left.hex"),
        include_str!("../../protocol/vectors/server-welcome.hex"),
        include_str!("../../protocol/vectors/invalid-server.hex"),
    ];
    FILES.into_iter().flat_map(cases).collect()
}

/// The bytes of every case that is short: of a long one the short ones say the same.
fn cases(file: &str) -> impl Iterator<Item = Vec<u8>> {
    const SHORT: usize = 1_024;
    let cases = file.split("\n## ").skip(1).map(case);
    cases.filter(|case| case.len() <= SHORT)
}

/// `vectors/README.md` has the form.
fn case(text: &str) -> Vec<u8> {
    let lines = text.lines().skip(1).filter(|line| !line.starts_with('='));
    let hex = lines.map(|line| line.split('#').next().unwrap_or_default());
    let groups = hex.flat_map(str::split_whitespace);
    groups.flat_map(group).collect()
}

/// `c0ff`, or `61*16000`.
fn group(text: &str) -> Vec<u8> {
    let (hex, times) = text.split_once('*').unwrap_or((text, "1"));
    let digits = hex.as_bytes().chunks_exact(2);
    let bytes = digits.filter_map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    let bytes: Vec<u8> = bytes.collect();
    bytes.repeat(times.parse().unwrap_or(1))
}

/// A whole masked frame with the key 0, so that the payload stays readable.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short @ 0..=125) => bytes.push(0x80 | short),
        _ => {
            let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}
