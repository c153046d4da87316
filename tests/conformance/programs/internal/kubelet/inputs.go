package kubelet

import corev1 "k8s.io/api/core/v1"

// inputsOf lists the Secrets and ConfigMaps that a pod needs to start.
func inputsOf(pod *corev1.PodSpec) []input {
	var found []input
	for _, container := range append(append([]corev1.Container{}, pod.InitContainers...), pod.Containers...) {
		found = append(found, ofContainer(&container)...)
	}
	for _, volume := range pod.Volumes {
		found = append(found, ofVolume(&volume)...)
	}
	return found
}

func ofContainer(container *corev1.Container) []input {
	var found []input
	for _, from := range container.EnvFrom {
		if from.SecretRef != nil && !is(from.SecretRef.Optional) {
			found = append(found, input{"Secret", from.SecretRef.Name, ""})
		}
		if from.ConfigMapRef != nil && !is(from.ConfigMapRef.Optional) {
			found = append(found, input{"ConfigMap", from.ConfigMapRef.Name, ""})
		}
	}
	for _, variable := range container.Env {
		if variable.ValueFrom == nil {
			continue
		}
		if ref := variable.ValueFrom.SecretKeyRef; ref != nil && !is(ref.Optional) {
			found = append(found, input{"Secret", ref.Name, ref.Key})
		}
		if ref := variable.ValueFrom.ConfigMapKeyRef; ref != nil && !is(ref.Optional) {
			found = append(found, input{"ConfigMap", ref.Name, ref.Key})
		}
	}
	return found
}

func ofVolume(volume *corev1.Volume) []input {
	var found []input
	if volume.Secret != nil && !is(volume.Secret.Optional) {
		found = append(found, input{"Secret", volume.Secret.SecretName, ""})
	}
	if volume.ConfigMap != nil && !is(volume.ConfigMap.Optional) {
		found = append(found, input{"ConfigMap", volume.ConfigMap.Name, ""})
	}
	if volume.Projected != nil {
		for _, source := range volume.Projected.Sources {
			if source.Secret != nil && !is(source.Secret.Optional) {
				found = append(found, input{"Secret", source.Secret.Name, ""})
			}
			if source.ConfigMap != nil && !is(source.ConfigMap.Optional) {
				found = append(found, input{"ConfigMap", source.ConfigMap.Name, ""})
			}
		}
	}
	return found
}

func is(flag *bool) bool {
	return flag != nil && *flag
}
