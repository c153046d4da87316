package azure

// Seed adds a secret to a vault.
func (a *Azure) Seed(vault, secret string) {
	a.guard.Lock()
	defer a.guard.Unlock()
	if a.secrets[vault] == nil {
		a.secrets[vault] = map[string]bool{}
	}
	a.secrets[vault][secret] = true
}

// IsSeeded reports whether a vault holds a secret.
func (a *Azure) IsSeeded(vault, secret string) bool {
	a.guard.Lock()
	defer a.guard.Unlock()
	return a.secrets[vault][secret]
}
