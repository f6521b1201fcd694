//! Words that do not belong in the project: paths of one person's machine, names of writing tools.

use crate::workspace::SourceFile;

/// A word that is refused, why, and the files that may hold it. Written apart, because this file is checked too.
const REFUSED: &[(&str, &str, &[&str])] = &[
    (concat!("/wor", "k/"), "a path of one machine", &[]),
    (concat!("/ho", "me/"), "a path of one machine", &[]),
    (
        concat!("shared", "/data"),
        "a path of one machine; tests find their data through KIKIMORI_CORPUS",
        &[".ci/run"],
    ),
    (concat!("clau", "de"), "a writing tool; people answer for what they commit", &[]),
    (concat!("anthro", "pic"), "a writing tool; people answer for what they commit", &[]),
    (concat!("chat", "gpt"), "a writing tool; people answer for what they commit", &[]),
    (concat!("co", "pilot"), "a writing tool; people answer for what they commit", &[]),
];

/// Names every refused word, upper or lower case. Test data is left alone: SBOMs hold paths and product names.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| !file.is_data()) {
        for (index, line) in file.text.lines().enumerate() {
            let line = line.to_lowercase();
            for (word, reason, _) in REFUSED
                .iter()
                .filter(|(word, _, places)| line.contains(word) && !places.contains(&file.path.as_str()))
            {
                problems.push(format!("{}:{}: `{word}` is refused: {reason}", file.path, index + 1));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn refuses_each_word_but_where_it_belongs() {
        for (word, reason, places) in REFUSED {
            let text = format!("fine\nsee {}x\n", word.to_uppercase());
            assert_eq!(check(&[file("a.md", &text)]), [format!("a.md:2: `{word}` is refused: {reason}")]);
            for place in *places {
                assert_eq!(check(&[file(place, &text)]), [""; 0]);
            }
            assert_eq!(check(&[file("fixtures/a.json", &text)]), [""; 0]);
        }
    }

    #[test]
    fn accepts_ordinary_words() {
        assert_eq!(check(&[file("a.rs", "let work = shared.data / 2; // homework\n")]), [""; 0]);
    }
}
