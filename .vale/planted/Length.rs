/// The command reads the file and the folder and the lock
/// and the journal and the cache and the list
/// and the map and the rest.
fn example() {}
