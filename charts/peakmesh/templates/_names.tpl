{{- define "peakmesh.labels" -}}
app.kubernetes.io/name: peakmesh
app.kubernetes.io/part-of: peakmesh
app.kubernetes.io/managed-by: peakmesh
{{- end }}

{{- define "peakmesh.selector" -}}
app.kubernetes.io/name: peakmesh
app.kubernetes.io/component: control-plane
{{- end }}

{{- define "peakmesh.controlPlaneImage" -}}
{{- if .Values.image.registry }}{{ .Values.image.registry }}/{{ end -}}
{{ .Values.image.controlPlane }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
