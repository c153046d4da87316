package main

import "sync"

// workers is the number of concurrent requests that a small server handles well.
const workers = 16

// each calls work for 0 to count-1 concurrently.
func each(count int, work func(int)) {
	var running sync.WaitGroup
	next := make(chan int)
	for range workers {
		running.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	running.Wait()
}
