//! The page and what lies beside it.

use crate::attack::{Answer, Attack, Family, other};
use crate::kit::exchange;
use crate::target::{TREASURE, Target};

pub(crate) const FAMILY: Family =
    Family {
        name: "the page",
        is_at_once: false,
        attacks: &[
            Attack {
                name: "paths that lead out of the folder",
                expected: Answer::Status(404),
                counts: "",
                run: |target| {
                    let paths = [
                        "/../treasure.txt",
                        "/..%2ftreasure.txt",
                        "/%2e%2e/treasure.txt",
                        "/%2e%2e%2ftreasure.txt",
                        "/./../treasure.txt",
                        "/..%5ctreasure.txt",
                        "/..\\treasure.txt",
                        "//../treasure.txt",
                        "/index.html/../../treasure.txt",
                        "/%252e%252e/treasure.txt",
                        "/..%c0%aftreasure.txt",
                        "/....//treasure.txt",
                        "/%00/../treasure.txt",
                        "/treasure.txt%00.html",
                        "/..;/treasure.txt",
                    ];
                    Answer::of_all(paths.map(|path| get(target, path, "")))
                },
            },
            Attack {
                name: "paths of the machine",
                expected: Answer::Status(404),
                counts: "",
                run: |target| {
                    let paths = [
                        "//etc/passwd",
                        "/etc/passwd",
                        "/%2fetc%2fpasswd",
                        "/proc/self/environ",
                    ];
                    Answer::of_all(paths.map(|path| get(target, path, "")))
                },
            },
            Attack {
                name: "a thousand ranges of one file",
                expected: Answer::Status(416),
                counts: "",
                run: |target| {
                    let ranges: Vec<String> = (0..1_000).map(|i| format!("{i}-")).collect();
                    get(
                        target,
                        "/index.html",
                        &format!("Range: bytes={}\r\n", ranges.join(",")),
                    )
                },
            },
            Attack {
                name: "ranges beyond the end, backwards, of absurd numbers",
                expected: Answer::Status(416),
                counts: "",
                run: |target| {
                    let ranges = [
                        "99999999-",
                        "9-3",
                        "18446744073709551615-18446744073709551616",
                    ];
                    Answer::of_all(ranges.map(|range| {
                        get(target, "/index.html", &format!("Range: bytes={range}\r\n"))
                    }))
                },
            },
            Attack {
                name: "other methods on a file",
                expected: Answer::Status(405),
                counts: "",
                run: |target| {
                    let methods = ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"];
                    Answer::of_all(methods.map(|method| {
                        let request = format!(
                            "{method} /index.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                        );
                        exchange(target, request.as_bytes()).0
                    }))
                },
            },
            Attack {
                name: "a CONNECT to another server",
                expected: Answer::Status(405),
                counts: "",
                run: |target| {
                    let request = "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n";
                    exchange(target, request.as_bytes()).0
                },
            },
        ],
    };

fn get(target: &Target, path: &str, headers: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n{headers}Connection: close\r\n\r\n");
    let (answer, came) = exchange(target, request.as_bytes());
    let came = String::from_utf8_lossy(&came);
    match came.contains(TREASURE) || came.contains("root:") {
        true => other("it was told"),
        false => answer,
    }
}
