//! Expansion of the placeholders of a corpus, the same in every run.

/// Expands `\n` and each placeholder `«kind:argument»` of a line.
pub(super) fn expanded(line: &str, seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut parts = line.split('«');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (placeholder, rest) = part.split_once('»').expect("an end of the placeholder");
        let (kind, argument) = placeholder.split_once(':').unwrap_or((placeholder, "0"));
        out += &value(kind, argument, &mut random);
        out += rest;
    }
    out.replace("\\n", "\n").replace("\\\n", "\\n")
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";

fn value(kind: &str, argument: &str, random: &mut Random) -> String {
    let length = argument.parse().unwrap_or(0);
    let all = [LOWER, UPPER, DIGITS].concat();
    match kind {
        "hex" => random.word("0123456789abcdef", length),
        "b62" => random.word(&all, length),
        "b64" => random.word(&(all + "+/"), length),
        "b64url" => random.word(&(all + "-_"), length),
        "num" => random.word(DIGITS, length),
        "low" => random.word(&[LOWER, "234567"].concat(), length),
        "BASE32" => random.word(&[UPPER, "234567"].concat(), length),
        "guid" => [8, 4, 4, 4, 12].map(|part| random.word("0123456789abcdef", part)).join("-"),
        "jwt" => {
            let (header, body) = (base64("{\"alg\":\"RS256\"}"), base64("{\"sub\":\"orders\"}"));
            format!(
                "{}.{}.{}",
                header.trim_end_matches('='),
                body.trim_end_matches('='),
                random.word(&(all + "-_"), 86)
            )
        }
        "basic" => base64(&format!("robot:{}", random.word(&all, 12))),
        "b64of" => base64(argument),
        other => panic!("`{other}` is no kind of placeholder"),
    }
}

fn base64(text: &str) -> String {
    let alphabet = [UPPER, LOWER, DIGITS, "+/"].concat().into_bytes();
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| chunk.get(at).map_or(0, |byte| u32::from(*byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place) & 63) as usize;
            out.push(if place > chunk.len() { '=' } else { char::from(alphabet[index]) });
        }
    }
    out
}

struct Random(u64);

impl Random {
    fn word(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(self.pick(alphabet.as_bytes()))).collect()
    }

    fn pick(&mut self, alphabet: &[u8]) -> u8 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        alphabet[usize::try_from(self.0 >> 33).unwrap_or_default() % alphabet.len()]
    }
}
