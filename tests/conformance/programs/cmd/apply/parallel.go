package main

import "sync"

// workers is what keeps a small server busy without making its requests wait for each other.
const workers = 16

// each calls work for 0 to count-1, many at a time.
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
