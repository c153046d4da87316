package process

import (
	"errors"
	"net"
)

// Ports returns free ports on loopback.
func Ports(count int) ([]int, error) {
	var held []net.Listener
	defer func() {
		for _, one := range held {
			one.Close()
		}
	}()
	ports := make([]int, count)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		address, ok := listener.Addr().(*net.TCPAddr)
		if !ok {
			return nil, errors.New("no TCP address")
		}
		held, ports[i] = append(held, listener), address.Port
	}
	return ports, nil
}
