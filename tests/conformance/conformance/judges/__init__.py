"""One judge per file: a `NAME`, a `version()`, and `judge(cases, context)`, which gives the number of things judged and the findings."""

from . import apiserver, bicep, charts, checkov, flux, gator, gitleaks, health, kubescore, kustomize, netpolicy, pint, promtool, shellcheck, yamllint

# In the order of the table. The slow ones come first, so that a run that fails early has asked those that see most.
ALL = (apiserver, kustomize, flux, promtool, pint, netpolicy, kubescore, checkov, gator, charts, yamllint, shellcheck, gitleaks, bicep, health)
