package flow

// attend lets a keeper see to what has been done for it.
func (m *machine) attend() (worked bool, err error) {
	if m.roused.Swap(false) {
		worked = true
		if err := m.keeper.Attend(); err != nil {
			return true, err
		}
		m.quieten()
	}
	if m.owed != none && m.keeper.Empty() {
		return true, m.pay()
	}
	if !worked {
		return false, nil
	}
	return true, m.out.flush(false)
}

// owe puts a mark off while a keeper is not empty, and reports whether it did.
func (m *machine) owe(k mark) bool {
	if m.keeper == nil || m.keeper.Empty() {
		return false
	}
	m.owed = k
	return true
}

// pay does what was put off.
func (m *machine) pay() error {
	k := m.owed
	m.owed = none
	if k == barrier {
		return m.seal(m.epoch)
	}
	return m.end()
}

// open reports whether inputs are heard.
func (m *machine) open() bool {
	return m.keeper == nil || m.owed == none && !m.keeper.Full()
}

// attentive reports whether a keeper has something to see to.
func (m *machine) attentive() bool {
	return m.keeper != nil && (m.roused.Load() || m.owed != none && m.keeper.Empty())
}

// ready reports whether there is something to hear.
func (m *machine) ready() bool { return m.open() && m.in.ready() }
