//! What kosoku writes, in the suite's own form: a file of JSON for each case.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What a case came to.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) behavior: String,
    pub(crate) close_behavior: String,
    /// With which codes the case would have been OK.
    pub(crate) wanted_codes: Vec<u64>,
    /// With which the server closed.
    pub(crate) close_code: Option<u64>,
    pub(crate) was_clean: bool,
    /// Why it was judged so; for a person who reads of a failure.
    pub(crate) result: String,
}

/// Where the reports go; removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let name = format!("mote-conformance-{}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn cases(&self) -> Vec<Case> {
        let files = fs::read_dir(&self.0).expect("reports").flatten();
        let files = files.map(|file| file.path());
        let reports = files.filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.contains("_case_") && name.ends_with(".json")
        });
        reports.map(|path| Case::read(&path)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Without reports there is no folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let text = |key: &str| report[key].as_str().unwrap_or_default().to_owned();
        let codes = report["expectedClose"]["closeCode"].as_array();
        Self {
            id: text("id"),
            behavior: text("behavior"),
            close_behavior: text("behaviorClose"),
            wanted_codes: codes
                .into_iter()
                .flatten()
                .filter_map(Value::as_u64)
                .collect(),
            close_code: report["remoteCloseCode"].as_u64(),
            was_clean: report["wasClean"].as_bool().unwrap_or_default(),
            result: text("result"),
        }
    }
}
