{{- /* As a Service may be called: a release's name may have dots and begin with a digit. */ -}}
{{- define "countersign.name" -}}
{{- regexReplaceAll "^[0-9]" (.Release.Name | replace "." "-") "countersign-${0}" | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "countersign.labels" -}}
{{ include "countersign.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end }}

{{- define "countersign.image" -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest | quote }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
{{- end -}}
{{- end }}

{{- define "countersign.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "countersign.name" .) | quote }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" | quote }}
{{- end -}}
{{- end }}

{{- /* What pods of this chart may call, and that nobody calls them but by a rule. */ -}}
{{- define "countersign.egress" -}}
policyTypes:
  - Ingress
  {{- with .Values.networkPolicy.egress }}
  - Egress
egress:
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* What migrates is there before all else of an installation, and gone after it. */ -}}
{{- define "countersign.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "countersign.migrateAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ printf "%s-migrate" (include "countersign.name" .) | quote }}
{{- else -}}
{{ include "countersign.serviceAccount" . }}
{{- end -}}
{{- end }}

{{- /* Where pods run, and what they are started by; those that serve and those that migrate alike. */ -}}
{{- define "countersign.placing" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "countersign.volumeMounts" -}}
- { name: secrets, mountPath: /run/secrets/countersign, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "countersign.volumes" -}}
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: 16Mi }
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* A pod that may nothing: no root, no capability, no token of the cluster, no file but those in /tmp. */ -}}
{{- define "countersign.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "countersign.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}
