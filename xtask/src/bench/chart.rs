//! A horizontal bar chart as SVG: readable in light and dark themes, and by a screen reader.

use super::table::number;

const WIDTH: f64 = 720.0;
const LABELS: f64 = 190.0;
/// For the number behind the longest bar.
const NUMBERS: f64 = 90.0;
const HEAD: f64 = 58.0;
const ROW: f64 = 34.0;
const BAR: f64 = 22.0;
const FOOT: f64 = 12.0;

/// GitHub shows an SVG as an image: without scripts, fonts and colours of the page around it.
const STYLE: &str = "\
text { font: 14px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; }
.unit { font-size: 12px; fill: #59636e; }
.ours { font-weight: 600; }
rect { fill: #8c959f; }
rect.ours { fill: #4f46e5; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .unit { fill: #9198a1; }
  rect { fill: #656c76; }
  rect.ours { fill: #8b85ff; }
}";

/// One bar a row, from the top, all on one scale that begins at 0; rows that are named for this
/// project stand out. A row without a number is left out.
pub(crate) fn svg(rows: &[(String, f64)], title: &str, unit: &str) -> String {
    let shown = rows.iter().filter(|(_, value)| value.is_finite());
    let rows: Vec<_> = shown.map(|(name, value)| (name, value.max(0.0))).collect();
    let longest = rows.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let per_unit = (WIDTH - LABELS - NUMBERS) / if longest > 0.0 { longest } else { 1.0 };
    let mut bars = String::new();
    let mut middle = HEAD + ROW / 2.0;
    for (name, value) in &rows {
        bars.push_str(&bar(name, *value, middle, value * per_unit));
        middle += ROW;
    }
    let height = middle - ROW / 2.0 + FOOT;
    let (title, unit) = (escaped(title), escaped(unit));
    let facts: Vec<_> = rows
        .iter()
        .map(|(name, value)| fact(name, *value))
        .collect();
    let description = format!("{unit}: {}.", facts.join("; "));
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"
  width="{WIDTH}" height="{height}" role="img" aria-labelledby="title description">
<title id="title">{title}</title>
<desc id="description">{description}</desc>
<style>
{STYLE}
</style>
<text class="title" x="0" y="20">{title}</text>
<text class="unit" x="0" y="42">{unit}</text>
{bars}</svg>
"#
    )
}

fn bar(name: &str, value: f64, middle: f64, length: f64) -> String {
    let class = if is_ours(name) {
        r#" class="ours""#
    } else {
        ""
    };
    let (label, top) = (LABELS - 10.0, middle - BAR / 2.0);
    let (name, value) = (escaped(name), number(value));
    // A number so small that nothing is seen of it still has a bar.
    let length = length.max(1.0);
    let behind = LABELS + length + 8.0;
    format!(
        r#"<text{class} x="{label}" y="{middle}" dy=".35em" text-anchor="end">{name}</text>
<rect{class} x="{LABELS}" y="{top}" width="{length:.1}" height="{BAR}" rx="3"/>
<text{class} x="{behind:.1}" y="{middle}" dy=".35em">{value}</text>
"#
    )
}

fn fact(name: &str, value: f64) -> String {
    format!("{} {}", escaped(name), number(value))
}

fn is_ours(name: &str) -> bool {
    name == "Mote" || name.starts_with("Mote ")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
