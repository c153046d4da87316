//! How long the pipeline takes for a platform of about 10,000 objects, or as many as `AKSGEN_BENCH` says, next to `cp -r` of its output.
//!
//! Every stage is a process of its own, so that its peak memory is its own; every directory is a fresh one, because a file system that has
//! just deleted many files creates new ones slowly. The figures to compare are the ratios of one run. Nothing is asserted.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use aksgen::{
    pipeline::{self, Input, Request},
    sink::{Nowhere, Stage},
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

/// How often writing and copying are repeated; the fastest of each counts.
const ROUNDS: usize = 3;
/// So many services share a namespace, so that no root is large.
const PER_NAMESPACE: usize = 40;
const ENVIRONMENTS: [(&str, &str); 5] = [("dev", "dev"), ("test", "staging"), ("east", "production"), ("west", "production"), ("north", "production")];
/// Objects that one service has over all environments: ten in each, but neither autoscaler nor budget where there is one pod.
const PER_SERVICE: usize = 48;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, stage, spec, out] = arguments.as_slice()
        && word == "stage"
    {
        return measure(stage, Path::new(spec), Path::new(out));
    }
    let objects: usize = env::var("AKSGEN_BENCH").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let home = env::temp_dir().join(format!("aksgen-bench-{}", std::process::id()));
    let spec = home.join("spec");
    fs::create_dir_all(&spec).expect("a directory under the temporary one");
    fs::write(spec.join("platform.toml"), platform(objects.div_ceil(PER_SERVICE))).expect("the spec can be written");
    compare(&home, &spec);
    examples(&home);
    fs::remove_dir_all(&home).expect("our own directory");
}

/// Whole processes, from their start to their end: what somebody waits for. The fastest of several counts.
fn examples(home: &Path) {
    println!("\n{:<36}{:>9}{:>12}{:>10}", "example, milliseconds", "validate", "unchanged", "empty");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("generated-examples")).expect("the examples") {
        let example = entry.expect("an example").path();
        let dir = home.join("examples").join(example.file_name().expect("a name"));
        let fresh = |_| {
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(&dir).and_then(|()| fs::copy(example.join("platform.toml"), dir.join("platform.toml"))).expect("room for the example");
            whole("render", &dir)
        };
        let (empty, unchanged, validate) = (quickest(fresh), quickest(|_| whole("render", &dir)), quickest(|_| whole("validate", &dir)));
        println!("{:<36}{validate:>9.0}{unchanged:>12.0}{empty:>10.0}", example.file_name().expect("a name").to_string_lossy());
    }
}

fn quickest(run: impl FnMut(usize) -> f64) -> f64 {
    (0..20).map(run).fold(f64::INFINITY, f64::min)
}

/// Milliseconds of one process.
fn whole(command: &str, dir: &Path) -> f64 {
    let start = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_aksgen")).arg(command).arg("-C").arg(dir).output().expect("the program that was built for this");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    start.elapsed().as_secs_f64() * 1000.0
}

/// What one stage took.
#[derive(Clone, Copy)]
struct Figures {
    seconds: f64,
    megabytes: f64,
    objects: usize,
}

/// Runs every stage and prints the table.
fn compare(home: &Path, spec: &Path) {
    let nothing = home.join("nothing");
    let decode = child("decode", spec, &nothing);
    let render = child("render", spec, &nothing);
    let (mut write, mut again, mut copy) = (vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let out = home.join(format!("out-{round}"));
        write.push(child("write", spec, &out));
        again.push(child("write", spec, &out));
        copy.push(copied(&out, &home.join(format!("copy-{round}"))));
    }
    let (files, bytes) = weigh(&home.join("out-0"));
    let (write, again, copy) = (fastest(&write), fastest(&again), copy.into_iter().fold(f64::INFINITY, f64::min));
    println!("objects {}, files {files}, bytes {bytes}, CRDs {}\n", render.objects, if crds().is_some() { "given" } else { "not given" });
    println!("{:<36}{:>9}{:>12}{:>10}", "stage", "seconds", "/ `cp -r`", "peak MB");
    for (name, figures) in
        [("decode and wire", decode), ("render, write nothing", render), ("render into an empty directory", write), ("render again, unchanged", again)]
    {
        println!("{name:<36}{:>9.3}{:>12.2}{:>10.0}", figures.seconds, figures.seconds / copy, figures.megabytes);
    }
    println!("{:<36}{copy:>9.3}{:>12.2}", "`cp -r` of the output", 1.0);
}

fn fastest(all: &[Figures]) -> Figures {
    all.iter().copied().min_by(|a, b| a.seconds.total_cmp(&b.seconds)).expect("there is a round")
}

/// A stage in a process of its own.
fn child(stage: &str, spec: &Path, out: &Path) -> Figures {
    let program = env::current_exe().expect("this program");
    let output = Command::new(program).arg("stage").arg(stage).args([spec, out]).output().expect("this program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[seconds, megabytes, objects] = numbers.as_slice() else {
        println!("the stage `{stage}` failed:\n{text}{}", String::from_utf8_lossy(&output.stderr));
        #[allow(clippy::exit, reason = "there is nothing to measure")]
        exit(1);
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let objects = objects as usize;
    Figures { seconds, megabytes, objects }
}

/// The stage itself; prints seconds, megabytes and objects.
fn measure(stage: &str, spec: &Path, out: &Path) {
    let threads = env::var("AKSGEN_BENCH_THREADS").ok().and_then(|text| text.parse().ok());
    let request = Request { dir: spec.to_owned(), crds: crds(), threads, ..Request::default() };
    let start = Instant::now();
    let result = match stage {
        "decode" => Input::load(&request).map(|_| 0),
        "render" => pipeline::run(&request, &Nowhere).map(|outcome| count(&outcome)),
        _ => fs::create_dir_all(out)
            .map_err(|error| vec![aksgen::diag::Finding::new(aksgen::diag::Code::Io, error.to_string())])
            .and_then(|()| Stage::new(out).map_err(|finding| vec![finding]))
            .and_then(|sink| pipeline::run(&request, &sink))
            .map(|outcome| count(&outcome)),
    };
    let seconds = start.elapsed().as_secs_f64();
    match result {
        Ok(objects) => println!("{seconds} {} {objects}", peak()),
        Err(findings) => findings.iter().take(5).for_each(|finding| println!("{}: {}", finding.code.id(), finding.message)),
    }
}

fn count(outcome: &pipeline::Outcome) -> usize {
    outcome.objects.iter().map(|(_, count)| count).sum()
}

/// The most memory that this process ever had, in MB; 0 where the system does not say.
fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(0.0, |kilobytes| kilobytes / 1024.0)
}

/// The CRDs that custom kinds are judged by, where there are any.
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

/// The number of files below a directory, and of their bytes.
fn weigh(dir: &Path) -> (u64, u64) {
    let entries = fs::read_dir(dir).expect("our own directory").map(|entry| entry.expect("an entry"));
    entries.fold((0, 0), |(files, bytes), entry| {
        let more = match entry.metadata().expect("our own file") {
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

/// A service that calls two neighbours and one far away.
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
