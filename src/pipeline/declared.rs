//! What an environment's wiring says to the rules over its objects. Never looks at an object.

use crate::{
    model::{
        Env, pods_of,
        wiring::{Pods, object},
    },
    verify::Declared,
};

/// The connections and neighbours of an environment.
pub(super) fn of(env: &Env) -> Declared<'_> {
    let platform = &env.platform;
    let prometheus = pods_of(&platform.monitoring.namespace, &platform.monitoring.labels);
    let gateway = platform.gateway.pods();
    let dns = Pods { namespace: "kube-system".into(), labels: [("k8s-app".to_owned(), "kube-dns".to_owned())].into() };
    let mut declared = Declared {
        connections: env.links.iter().collect(),
        neighbours: vec![gateway, prometheus.clone(), dns.clone()],
        namespaces: vec!["kube-system", "default", platform.gitops.namespace(), platform.gateway.namespace.as_str(), platform.monitoring.namespace.as_str()],
        sources: sources(env),
        open: vec![],
        scraped: vec![],
        dns,
        fqdn_policies: platform.cluster.fqdn_policies,
    };
    for (namespace, need) in &env.wiring.namespaces {
        for opening in &need.openings {
            let pods = Pods { namespace: namespace.clone(), labels: opening.labels.clone() };
            if opening.scrape {
                declared.scraped.push((prometheus.clone(), pods, opening.port));
            } else {
                declared.open.push((pods, opening.port));
            }
        }
    }
    declared
}

/// What people put into the stores inside the cluster.
fn sources(env: &Env) -> Vec<(&str, String, &'static str)> {
    let inside = env.wiring.seeds.iter().filter_map(|seed| Some((env.wiring.kept_in(&seed.store)?, seed)));
    inside.flat_map(|(namespace, seed)| seed.form.keys().iter().map(move |key| (namespace, object(&seed.secret), *key))).collect()
}
