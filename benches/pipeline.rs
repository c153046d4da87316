//! Time and memory of the pipeline for a platform of about 10,000 objects, relative to `cp -r` of
//! the output. `AKSGEN_BENCH=100000` adds a platform of that size. `AKSGEN_BENCH_DIR` sets the
//! directory.
//!
//! Each stage is a process, so that its peak memory is measured alone. Each directory is new,
//! because some file systems create files slowly after many removals. Compare the ratios of one
//! run. Nothing is asserted. `kustomize`, from `$PATH` or `AKSGEN_KUSTOMIZE`, is measured with the
//! same trees, and its memory by GNU time.
//!
//! The rows of diagnostics compare 1,000 problems of one cause or file with 2,000. A ratio near 2
//! shows that their places are found in linear time.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use aksgen::{
    pipeline::{self, Input, Request},
    sink::{Compare, NullSink, StagedTree},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
    time::Instant,
};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of runs of writing and copying; the fastest counts.
const ROUNDS: usize = 3;
/// Services per namespace, so that no root is large.
const PER_NAMESPACE: usize = 40;
const ENVIRONMENTS: [(&str, &str); 5] = [
    ("dev", "dev"),
    ("test", "staging"),
    ("east", "production"),
    ("west", "production"),
    ("north", "production"),
];
/// Objects of one service in all environments: ten in each, without autoscaler and budget in those
/// with one pod.
const PER_SERVICE: usize = 48;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, stage, spec, out] = arguments.as_slice()
        && word == "stage"
    {
        return measure(stage, Path::new(spec), Path::new(out));
    }
    let large: Option<usize> = env::var("AKSGEN_BENCH").ok().and_then(|text| text.parse().ok());
    let home = env::var_os("AKSGEN_BENCH_DIR")
        .map_or_else(env::temp_dir, PathBuf::from)
        .join(format!("aksgen-bench-{}", std::process::id()));
    let few = compare(&home.join("few"), 10_000);
    if let Some(many) = large.map(|objects| compare(&home.join("many"), objects)) {
        #[allow(clippy::cast_precision_loss, reason = "a small count")]
        let times = many.objects as f64 / few.objects as f64;
        println!(
            "\n{times:.1} times the objects take {:.1} times as long",
            many.seconds / few.seconds
        );
    }
    against_kustomize(&home);
    examples(&home);
    diagnostics(&home);
    fs::remove_dir_all(&home).expect("our own directory");
}

/// Time of whole processes; the fastest of several runs counts.
fn examples(home: &Path) {
    let help = quickest(|_| {
        let start = Instant::now();
        let done = Command::new(env!("CARGO_BIN_EXE_aksgen"))
            .arg("--help")
            .output()
            .expect("the program that was built for this");
        assert!(done.status.success());
        start.elapsed().as_secs_f64() * 1000.0
    });
    println!("\n`--help` takes {help:.1} ms");
    println!(
        "\n{:<36}{:>9}{:>12}{:>10}",
        "example, milliseconds", "validate", "unchanged", "empty"
    );
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("generated-examples"))
        .expect("the examples")
    {
        let example = entry.expect("an example").path();
        let dir = home.join("examples").join(example.file_name().expect("a name"));
        let fresh = |_| {
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(&dir)
                .and_then(|()| fs::copy(example.join("platform.toml"), dir.join("platform.toml")))
                .expect("room for the example");
            whole("render", &dir)
        };
        let (empty, unchanged, validate) = (
            quickest(fresh),
            quickest(|_| whole("render", &dir)),
            quickest(|_| whole("validate", &dir)),
        );
        println!(
            "{:<36}{validate:>9.0}{unchanged:>12.0}{empty:>10.0}",
            example.file_name().expect("a name").to_string_lossy()
        );
    }
}

fn quickest(run: impl FnMut(usize) -> f64) -> f64 {
    (0..20).map(run).fold(f64::INFINITY, f64::min)
}

/// Specs with many problems: their name, and their files with a number of problems.
type ProblemSpec = (&'static str, fn(usize) -> Vec<(&'static str, String)>);

const PROBLEMS: [ProblemSpec; 3] = [
    ("nulls in one manifest", |count| {
        let keys: String = (0..count).map(|i| format!("  key-{i}: ~\n")).collect();
        let extra = "[extra.own]\nfile = \"own.yaml\"\nstage = \"workloads\"\nnamespace = \"shop\"";
        let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: own\ndata:\n";
        vec![
            ("platform.toml", format!("{}\n{extra}\n", one_service(""))),
            ("own.yaml", format!("{manifest}{keys}")),
        ]
    }),
    ("volumes without a backup", |count| {
        let volume = |i| format!("volumes.d{i} = {{ path = \"/data/{i}\", size = \"1Gi\" }}\n");
        vec![("platform.toml", one_service(&(0..count).map(volume).collect::<String>()))]
    }),
    ("unknown calls", |count| {
        let calls: String = (0..count).map(|i| format!("  \"unknown-{i}\",\n")).collect();
        vec![("platform.toml", one_service(&format!("calls = [\n{calls}]\n")))]
    }),
];

/// A platform whose last table is a service, with more keys for it.
fn one_service(keys: &str) -> String {
    format!("{}{keys}", include_str!("../src/reference/codes/head.toml"))
}

/// Compares 1,000 diagnostics with 2,000.
fn diagnostics(home: &Path) {
    println!("\n{:<36}{:>9}{:>12}{:>10}", "diagnostics, milliseconds", "1,000", "2,000", "ratio");
    for (name, files) in PROBLEMS {
        let [few, many] = [1000, 2000].map(|count| {
            let dir = home.join(name).join(count.to_string());
            fs::create_dir_all(&dir).expect("the spec can be written");
            for (path, text) in files(count) {
                fs::write(dir.join(path), text).expect("the spec can be written");
            }
            (0..ROUNDS).map(|_| refused(&dir)).fold(f64::INFINITY, f64::min)
        });
        println!("{name:<36}{few:>9.0}{many:>12.0}{:>10.1}", many / few);
    }
}

/// Milliseconds of `validate --verbose`, which can fail.
fn refused(dir: &Path) -> f64 {
    let start = Instant::now();
    Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .args(["validate", "--verbose", "-C"])
        .arg(dir)
        .output()
        .expect("the program that was built for this");
    start.elapsed().as_secs_f64() * 1000.0
}

/// Milliseconds of one process.
fn whole(command: &str, dir: &Path) -> f64 {
    let start = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_aksgen"))
        .arg(command)
        .arg("-C")
        .arg(dir)
        .output()
        .expect("the program that was built for this");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    start.elapsed().as_secs_f64() * 1000.0
}

/// Measurements of one stage.
#[derive(Clone, Copy)]
struct Figures {
    seconds: f64,
    megabytes: f64,
    objects: usize,
}

/// Two directories with a spec of a number of objects. In the second, one service differs.
fn specs(home: &Path, objects: usize) -> [PathBuf; 2] {
    let text = platform(objects.div_ceil(PER_SERVICE));
    let changed = text.replacen("LOG_LEVEL = \"info\"", "LOG_LEVEL = \"debug\"", 1);
    [("spec", text), ("changed", changed)].map(|(name, text)| {
        let dir = home.join(name);
        fs::create_dir_all(&dir)
            .and_then(|()| fs::write(dir.join("platform.toml"), text))
            .expect("the spec can be written");
        dir
    })
}

/// Runs all stages and prints the table. Returns the measurements of writing into an empty
/// directory.
fn compare(home: &Path, objects: usize) -> Figures {
    let ([spec, changed], nothing) = (specs(home, objects), home.join("nothing"));
    let mut stages = [
        ("decode and wire", vec![child("decode", &spec, &nothing)]),
        ("render, write nothing", vec![child("render", &spec, &nothing)]),
    ];
    let mut writing = [
        "render into an empty directory",
        "render again, unchanged",
        "check",
        "render, one service changed",
    ]
    .map(|name| (name, vec![]));
    let mut copies = vec![];
    for round in 0..ROUNDS {
        let out = home.join(format!("out-{round}"));
        for ((_, all), (stage, spec)) in writing.iter_mut().zip([
            ("write", &spec),
            ("write", &spec),
            ("check", &spec),
            ("write", &changed),
        ]) {
            all.push(child(stage, spec, &out));
        }
        copies.push(copied(&out, &home.join(format!("copy-{round}"))));
    }
    let copy = copies.into_iter().fold(f64::INFINITY, f64::min);
    let (files, bytes) = weigh(&home.join("out-0"));
    println!(
        "\nobjects {}, files {files}, bytes {bytes}, CRDs {}\n",
        stages[1].1[0].objects,
        if crds().is_some() { "given" } else { "not given" }
    );
    println!("{:<36}{:>9}{:>12}{:>10}", "stage", "seconds", "/ `cp -r`", "peak MB");
    for (name, all) in stages.iter_mut().chain(&mut writing) {
        let best = fastest(all);
        println!(
            "{name:<36}{:>9.3}{:>12.2}{:>10.0}",
            best.seconds,
            best.seconds / copy,
            best.megabytes
        );
    }
    println!("{:<36}{copy:>9.3}{:>12.2}", "`cp -r` of the output", 1.0);
    largest_root(&home.join("out-0"));
    fastest(&writing[0].1)
}

/// Seconds and megabytes of `kustomize build`.
fn kustomize(folder: &Path) -> Option<(f64, f64)> {
    let program = env::var_os("AKSGEN_KUSTOMIZE").unwrap_or_else(|| "kustomize".into());
    let start = Instant::now();
    let timed = Command::new("/usr/bin/time")
        .args(["-f", "%M"])
        .arg(&program)
        .arg("build")
        .arg(folder)
        .output()
        .ok()?;
    let last = String::from_utf8_lossy(&timed.stderr).lines().last()?.trim().parse::<f64>().ok()?;
    timed.status.success().then(|| (start.elapsed().as_secs_f64(), last / 1024.0))
}

/// Prints the time to build the largest index of a tree.
fn largest_root(tree: &Path) {
    let mut all = vec![];
    roots(tree, &mut all);
    let Some((entries, folder)) = all.into_iter().max() else { return };
    match kustomize(&folder) {
        Some((seconds, _)) => println!(
            "the largest root has {entries} entries; `kustomize build` takes {seconds:.2} s"
        ),
        None => println!("the largest root has {entries} entries"),
    }
}

/// Folders with an index, each with the number of entries.
fn roots(folder: &Path, out: &mut Vec<(usize, PathBuf)>) {
    for entry in fs::read_dir(folder)
        .expect("a readable directory")
        .map(|entry| entry.expect("an entry").path())
    {
        if entry.is_dir() {
            roots(&entry, out);
        } else if entry.file_name().is_some_and(|name| name == "kustomization.yaml") {
            let text = fs::read_to_string(&entry).expect("a readable file");
            out.push((
                text.lines().filter(|line| line.starts_with("  - ")).count(),
                folder.to_owned(),
            ));
        }
    }
}

/// Compares a tree of about 4,000 objects, rendered by aksgen, with `kustomize build` of all roots.
fn against_kustomize(home: &Path) {
    let ([spec, _], out) = (specs(&home.join("some"), 4_000), home.join("some/out"));
    let ours = child("write", &spec, &out);
    let mut all = vec![];
    roots(&out, &mut all);
    let built: Option<Vec<(f64, f64)>> = all.iter().map(|(_, folder)| kustomize(folder)).collect();
    let Some(built) = built else {
        return println!("\nskipped: kustomize or GNU time is missing");
    };
    let (seconds, megabytes) = built
        .iter()
        .fold((0.0, 0.0_f64), |(sum, most), (seconds, peak)| (sum + seconds, most.max(*peak)));
    println!(
        "\n{} objects: {:.3} s and {:.0} MB; `kustomize build` of its {} roots {seconds:.1} s and {megabytes:.0} MB, which is {:.0} times the time and {:.1} times the memory",
        ours.objects,
        ours.seconds,
        ours.megabytes,
        built.len(),
        seconds / ours.seconds,
        megabytes / ours.megabytes
    );
}

fn fastest(all: &[Figures]) -> Figures {
    all.iter().copied().min_by(|a, b| a.seconds.total_cmp(&b.seconds)).expect("there is a round")
}

/// Measures a stage in a new process.
fn child(stage: &str, spec: &Path, out: &Path) -> Figures {
    let program = env::current_exe().expect("this program");
    let output = Command::new(program)
        .arg("stage")
        .arg(stage)
        .args([spec, out])
        .output()
        .expect("this program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[seconds, megabytes, objects] = numbers.as_slice() else {
        println!("the stage `{stage}` failed:\n{text}{}", String::from_utf8_lossy(&output.stderr));
        #[allow(clippy::exit, reason = "a failed stage has no figures")]
        exit(1);
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let objects = objects as usize;
    Figures { seconds, megabytes, objects }
}

/// Runs a stage; prints seconds, megabytes and objects.
fn measure(stage: &str, spec: &Path, out: &Path) {
    let threads = env::var("AKSGEN_BENCH_THREADS").ok().and_then(|text| text.parse().ok());
    let request = Request { dir: spec.to_owned(), crds: crds(), threads, ..Request::default() };
    let start = Instant::now();
    let result = match stage {
        "decode" => Input::load(&request).map(|_| 0),
        "render" => pipeline::run(&request, &NullSink).map(|outcome| count(&outcome)),
        "check" => Compare::new(out)
            .map_err(|diagnostic| vec![diagnostic])
            .and_then(|sink| pipeline::run(&request, &sink))
            .map(|outcome| count(&outcome)),
        _ => fs::create_dir_all(out)
            .map_err(|error| {
                vec![aksgen::diag::Diagnostic::new(aksgen::diag::Code::Io, error.to_string())]
            })
            .and_then(|()| StagedTree::new(out).map_err(|diagnostic| vec![diagnostic]))
            .and_then(|sink| pipeline::run(&request, &sink))
            .map(|outcome| count(&outcome)),
    };
    let seconds = start.elapsed().as_secs_f64();
    match result {
        Ok(objects) => println!("{seconds} {} {objects}", peak()),
        Err(diagnostics) => diagnostics
            .iter()
            .take(5)
            .for_each(|diagnostic| println!("{}: {}", diagnostic.code.id(), diagnostic.message)),
    }
}

fn count(outcome: &pipeline::RunResult) -> usize {
    outcome.objects.iter().map(|(_, count)| count).sum()
}

/// Peak memory of this process in MB; 0 if the system does not report it.
fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(0.0, |kilobytes| kilobytes / 1024.0)
}

/// Directory of CRDs for the schemas of custom kinds.
fn crds() -> Option<PathBuf> {
    let named = env::var_os("AKSGEN_CRDS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/crds");
    named.or_else(|| beside.is_dir().then_some(beside))
}

fn copied(from: &Path, to: &Path) -> f64 {
    let start = Instant::now();
    let status = Command::new("cp").arg("-r").args([from, to]).status();
    assert!(status.is_ok_and(|status| status.success()), "`cp -r` failed");
    start.elapsed().as_secs_f64()
}

/// Number of files below a directory, and of their bytes.
fn weigh(dir: &Path) -> (u64, u64) {
    let entries =
        fs::read_dir(dir).expect("a readable directory").map(|entry| entry.expect("an entry"));
    entries.fold((0, 0), |(files, bytes), entry| {
        let more = match entry.metadata().expect("a readable file") {
            found if found.is_dir() => weigh(&entry.path()),
            found => (1, found.len()),
        };
        (files + more.0, bytes + more.1)
    })
}

fn platform(services: usize) -> String {
    let mut out = String::from(
        "platform = { name = \"bench\", owner = \"platform@contoso.example\" }\n\
         gitops = { engine = \"flux\", repository = \"https://github.com/contoso/bench\" }\n\
         [azure]\n\
         tenant_id = \"00000000-0000-0000-0000-000000000001\"\n\
         subscription_id = \"00000000-0000-0000-0000-000000000002\"\n\
         admins = \"00000000-0000-0000-0000-000000000003\"\n\
         location = \"uksouth\"\n\
         [cluster.pools.work]\n\
         max = 100\n",
    );
    for (name, profile) in ENVIRONMENTS {
        out.push_str(&format!("[environments.{name}]\nprofile = \"{profile}\"\n"));
    }
    (0..services).for_each(|i| out.push_str(&service(i, services)));
    out
}

/// A service that calls two neighbours and one in another namespace.
fn service(i: usize, all: usize) -> String {
    let calls = [i + 1, i + 2, i + all / 2].map(|other| format!("\"s{}\"", other % all)).join(", ");
    format!(
        "[services.s{i}]\n\
         image = \"contoso.azurecr.io/s{i}:1.{i}.0\"\n\
         namespace = \"team-{}\"\n\
         port = 8080\n\
         calls = [{calls}]\n\
         env = {{ LOG_LEVEL = \"info\", SHARD = \"{i}\" }}\n\
         secrets = {{ DB_PASSWORD = \"s{i}-db-password\" }}\n\
         health = {{ path = \"/health\" }}\n\
         metrics = {{}}\n\
         [environments.north.services.s{i}]\n\
         memory = \"256Mi\"\n\
         max_replicas = 6\n",
        i / PER_NAMESPACE
    )
}
