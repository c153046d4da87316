"""One checker per file with `NAME`, `version()`, and `check(cases, context)`.

`check` returns the number of validated items and the findings.
"""

from . import apiserver, bicep, charts, checkov, flux, gator, gitleaks, health, kubescore, kustomize, netpolicy, pint, promtool, rehearsal, shellcheck, yamllint

# Order of the table. Slow checkers come first.
ALL = (rehearsal, apiserver, kustomize, flux, promtool, pint, netpolicy, kubescore, checkov, gator, charts, yamllint, shellcheck, gitleaks, bicep, health)
