package azure

import "sort"

// Note is a fault that does not stop the rehearsal.
type Note struct {
	Object, Message string
}

// Note records a fault that does not stop the rehearsal.
func (a *Azure) Note(object, message string) {
	a.guard.Lock()
	defer a.guard.Unlock()
	a.notes[Note{object, message}] = true
}

// Forget removes all recorded faults.
func (a *Azure) Forget() {
	a.guard.Lock()
	defer a.guard.Unlock()
	clear(a.notes)
}

// Notes returns all recorded faults.
func (a *Azure) Notes() []Note {
	a.guard.Lock()
	defer a.guard.Unlock()
	var all []Note
	for one := range a.notes {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Object+all[i].Message < all[j].Object+all[j].Message })
	return all
}
