//! `kikimori tool …`: the rules by themselves, one answer a line. The form of the answers is documented in
//! `docs/formats/tool.md` and does not change.

mod cvss;
mod lines;
pub mod words;

use std::cmp::Ordering;
use std::io::{self, BufWriter, Read, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};
use kikimori_core::cpe::{Attribute, Cpe, compare, relate_names};
use kikimori_core::purl::Purl;
use kikimori_core::vers::VersRange;
use kikimori_core::version::{Scheme, Version};
use kikimori_locale::{Language, count, format, text};
use lines::{LINE_BYTES_MAX, Line, Lines};

use crate::exit::{Exit, Failure};

/// The answer about a line, or why there is none.
type Answer = Result<String, String>;

/// The command and its tools.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    let schemes: Vec<&'static str> = Scheme::ALL.iter().map(|scheme| scheme.name()).collect();
    let scheme = Arg::new("scheme")
        .long("scheme")
        .value_name("S")
        .required(true)
        .value_parser(PossibleValuesParser::new(&schemes))
        .hide_possible_values(true)
        .help(format(language, "help.tool.scheme", &[("schemes", &schemes.join(" "))]));
    Command::new("tool")
        .about(words("help.tool"))
        .after_help(words("help.tool.lines"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("version-compare").about(words("help.tool.version_compare")).arg(scheme))
        .subcommand(Command::new("in-range").about(words("help.tool.in_range")))
        .subcommand(Command::new("purl").about(words("help.tool.purl")))
        .subcommand(Command::new("cpe-match").about(words("help.tool.cpe_match")))
        .subcommand(Command::new("cvss").about(words("help.tool.cvss")))
}

/// Runs the tool that was asked for over standard input.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let columns = |reason: &str| format!("?\t{reason}");
    match matches.subcommand() {
        Some(("version-compare", matches)) => {
            let name = matches.get_one::<String>("scheme").map_or("", String::as_str);
            let scheme = Scheme::parse_name(name).unwrap_or(Scheme::Generic);
            answer_input(language, &|line| version_compare(language, scheme, line), &columns)
        }
        Some(("in-range", _)) => answer_input(language, &|line| in_range(language, line), &columns),
        Some(("purl", _)) => answer_input(language, &|line| purl(language, line), &columns),
        Some(("cpe-match", _)) => answer_input(language, &|line| cpe_match(language, line), &columns),
        Some(("cvss", _)) => answer_input(language, &|line| cvss::answer(language, line), &cvss::fault),
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}

/// Answers standard input. Lines that could not be read are counted on standard error and in the exit code.
fn answer_input(
    language: Language,
    tool: &dyn Fn(&str) -> Answer,
    fault: &dyn Fn(&str) -> String,
) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (n_lines, n_faults) = match answer_lines(language, &mut io::stdin().lock(), &mut out, tool, fault) {
        Ok(counts) => counts,
        Err(Stopped::Input(error)) => {
            return Err(Failure {
                exit: Exit::Fault,
                ..Failure::of_usage(language, "error.input", &[("detail", &error)])
            });
        }
        // Whoever read the answers has seen enough.
        Err(Stopped::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
        Err(Stopped::Output(error)) => return Err(Failure::of_output(language, "-", &error)),
    };
    if n_faults == 0 {
        return Ok(Exit::Done);
    }
    let words = count(language, "tool.unread", n_faults, &[("total", &n_lines)]);
    Err(Failure { exit: Exit::Usage, words })
}

/// Why the answers stopped before the end of the input.
enum Stopped {
    /// The input cannot be read.
    Input(io::Error),
    /// The answers cannot be written.
    Output(io::Error),
}

/// Writes one line for each line of the input; gives the number of lines and of those that could not be read. Answers
/// are handed on whenever the next line has to be waited for.
fn answer_lines(
    language: Language,
    input: &mut dyn Read,
    out: &mut dyn Write,
    tool: &dyn Fn(&str) -> Answer,
    fault: &dyn Fn(&str) -> String,
) -> Result<(usize, usize), Stopped> {
    let mut lines = Lines::new(input);
    let (mut n_lines, mut n_faults) = (0, 0);
    loop {
        if lines.must_wait() {
            out.flush().map_err(Stopped::Output)?;
        }
        let Some(line) = lines.next_line().map_err(Stopped::Input)? else {
            out.flush().map_err(Stopped::Output)?;
            return Ok((n_lines, n_faults));
        };
        n_lines += 1;
        let answer = match line {
            Line::Text(line) if line.trim().is_empty() => Err(text(language, "tool.line.empty").to_owned()),
            Line::Text(line) => tool(&line),
            Line::NotUtf8 => Err(text(language, "tool.line.not_utf8").to_owned()),
            Line::TooLong => Err(format(language, "tool.too_long", &[("max", &LINE_BYTES_MAX)])),
        };
        n_faults += usize::from(answer.is_err());
        let line = answer.unwrap_or_else(|reason| fault(&reason));
        writeln!(out, "{line}").map_err(Stopped::Output)?;
    }
}

/// The two columns of a line.
fn two_columns(language: Language, line: &str) -> Result<(&str, &str), String> {
    match line.split_once('\t') {
        Some((left, right)) if !right.contains('\t') => Ok((left, right)),
        _ => Err(text(language, "tool.line.columns").to_owned()),
    }
}

/// `tool version-compare`: `<`, `=` or `>`.
fn version_compare(language: Language, scheme: Scheme, line: &str) -> Answer {
    let (left, right) = two_columns(language, line)?;
    let read = |side: &str, key: &str| {
        Version::parse(scheme, side)
            .map_err(|fault| format(language, key, &[("fault", &words::of_version(language, &fault))]))
    };
    let (left, right) = (read(left, "tool.side.left")?, read(right, "tool.side.right")?);
    Ok(match left.compare(&right) {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    }
    .to_owned())
}

/// `tool in-range`: `yes` or `no`, and what is odd about the range.
fn in_range(language: Language, line: &str) -> Answer {
    let (range, version) = two_columns(language, line)?;
    let words = |fault| words::of_vers(language, &fault);
    let range = VersRange::parse(range.trim()).map_err(words)?;
    let answer = if range.contains(version).map_err(words)? { "yes" } else { "no" };
    // A range that answers for every type needs no order, so what is odd about it may be unknown.
    Ok(match range.oddity() {
        Ok(Some(oddity)) => {
            format!("{answer}\t{}", text(language, &format!("vers_oddity.{}", oddity.code())))
        }
        _ => answer.to_owned(),
    })
}

/// `tool purl`: the canonical form.
fn purl(language: Language, line: &str) -> Answer {
    Purl::parse(line.trim()).map(|purl| purl.to_string()).map_err(|fault| words::of_purl(language, &fault))
}

/// `tool cpe-match`: the relation of the names, and that of each attribute.
fn cpe_match(language: Language, line: &str) -> Answer {
    let (source, target) = two_columns(language, line)?;
    let read = |side: &str, key: &str| {
        Cpe::parse(side)
            .map_err(|fault| format(language, key, &[("fault", &words::of_cpe(language, &fault))]))
    };
    let (source, target) = (read(source, "tool.side.left")?, read(target, "tool.side.right")?);
    let relations = compare(&source, &target);
    let mut answer = relate_names(&relations).name().to_owned();
    for (attribute, relation) in Attribute::ALL.iter().zip(relations) {
        answer.push_str(&format!("\t{attribute}={relation}"));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tool that answers in capitals and refuses `bad`.
    fn capitals(line: &str) -> Answer {
        if line == "bad" { Err("refused".to_owned()) } else { Ok(line.to_uppercase()) }
    }

    #[test]
    fn answers_every_line_and_counts_faults() {
        let mut out = Vec::new();
        let mut input = &b"a\nbad\r\n\n\xff\nb"[..];
        let counts =
            answer_lines(Language::En, &mut input, &mut out, &capitals, &|reason| format!("?\t{reason}"));
        assert!(matches!(counts, Ok((5, 3))));
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!((lines.len(), lines[0], lines[1], lines[4]), (5, "A", "?\trefused", "B"));
        assert!(lines[2].starts_with("?\t") && lines[3].contains("UTF-8"));
    }

    /// Gives one line at a time and remembers how much was flushed before it was asked for the next.
    struct Dialogue<'a> {
        /// Lines to give.
        lines: Vec<&'static [u8]>,
        /// What the other side has seen.
        seen: &'a std::cell::RefCell<Vec<u8>>,
        /// Length of what was seen before each line.
        lengths: Vec<usize>,
    }

    impl Read for Dialogue<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.lengths.push(self.seen.borrow().len());
            let Some(line) = self.lines.pop() else { return Ok(0) };
            buffer[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }

    /// Writes into a shared buffer.
    struct Shared<'a>(&'a std::cell::RefCell<Vec<u8>>);

    impl Write for Shared<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn hands_on_each_answer_before_it_waits() {
        let seen = std::cell::RefCell::default();
        let mut input = Dialogue { lines: vec![b"c\n", b"a\nb\n"], seen: &seen, lengths: Vec::new() };
        let mut out = BufWriter::new(Shared(&seen));
        let counts = answer_lines(Language::En, &mut input, &mut out, &capitals, &|_| String::new());
        assert!(matches!(counts, Ok((3, 0))));
        assert_eq!(input.lengths, [0, 4, 6]);
    }

    #[test]
    fn the_schemes_are_named_exactly() {
        let names: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.name()).collect();
        let expected =
            "semver npm pypi maven nuget gem composer golang cargo hex pub deb rpm apk cran hackage generic";
        assert_eq!(names.join(" "), expected);
    }
}
