{{/* Templates that every chart of this folder uses. */}}

{{/* A workload: .release, .name, .labels, and optional settings. */}}
{{- define "workload" }}
{{- $kind := .kind | default "Deployment" }}
---
apiVersion: apps/v1
kind: {{ $kind }}
metadata:
  name: {{ .name }}
  namespace: {{ .release.Namespace }}
  labels: {{ toJson .labels }}
  annotations: {{ toJson (.annotations | default dict) }}
spec:
  {{- if ne $kind "DaemonSet" }}
  replicas: {{ .replicas | default 1 }}
  {{- end }}
  {{- if eq $kind "StatefulSet" }}
  serviceName: {{ .name }}
  {{- with .claim }}
  volumeClaimTemplates:
    # With all defaults of the API server, because Argo CD compares them.
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: data
        labels: {{ toJson (dig "metadata" "labels" dict .) }}
      spec: {{ toJson (merge (dict "volumeMode" "Filesystem") .spec) }}
      status: { phase: Pending }
  {{- end }}
  {{- end }}
  selector:
    matchLabels: {{ toJson .labels }}
  template:
    metadata:
      labels: {{ toJson (merge dict .labels (.podLabels | default dict)) }}
    spec:
      serviceAccountName: {{ .account | default "default" }}
      securityContext: {{ toJson (.podSecurity | default dict) }}
      tolerations: {{ toJson (.tolerations | default list) }}
      topologySpreadConstraints: {{ toJson (.spread | default list) }}
      {{- with .pod }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      volumes: {{ toJson (.volumes | default list) }}
      containers:
        - name: {{ .name }}
          image: rehearsal.example/{{ .name }}:1
          env: {{ toJson (.env | default list) }}
          resources: {{ toJson (.resources | default dict) }}
          securityContext: {{ toJson (.security | default dict) }}
{{- end }}

{{/* A disruption budget: .release, .name, .labels, .budget. */}}
{{- define "budget" }}
{{- if .budget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  namespace: {{ .release.Namespace }}
spec:
  selector:
    matchLabels: {{ toJson .labels }}
  {{- with .budget.unhealthyPodEvictionPolicy }}
  unhealthyPodEvictionPolicy: {{ . }}
  {{- end }}
  {{- if hasKey .budget "maxUnavailable" }}
  maxUnavailable: {{ .budget.maxUnavailable }}
  {{- else }}
  minAvailable: {{ .budget.minAvailable | default 1 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A monitor of the Prometheus operator: .release, .kind, .name, .labels. */}}
{{- define "monitor" }}
---
apiVersion: monitoring.coreos.com/v1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  namespace: {{ .release.Namespace }}
spec:
  selector:
    matchLabels: {{ toJson .labels }}
  {{ if eq .kind "PodMonitor" }}podMetricsEndpoints{{ else }}endpoints{{ end }}:
    - port: metrics
{{- end }}

{{/* A service account: .release, .name. */}}
{{- define "account" }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  namespace: {{ .release.Namespace }}
{{- end }}

{{/* The definitions of the chart: .files, .annotations. Their texts stay as they are, because a template
     would round large numbers. */}}
{{- define "definitions" }}
{{- $annotations := merge (dict "rehearsal.aksgen.io/chart" "true") (.annotations | default dict) | toJson | trimPrefix "{" | trimSuffix "}" }}
{{- range $path, $_ := .files.Glob "definitions/*.json" }}
---
{{ $.files.Get $path | replace "\"rehearsal.aksgen.io/chart\":\"true\"" $annotations }}
{{- end }}
{{- end }}

{{/* The security context of a container under the profile `restricted`. */}}
{{- define "restricted" -}}
{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true,"runAsNonRoot":true,"runAsUser":1000,"seccompProfile":{"type":"RuntimeDefault"}}
{{- end }}
