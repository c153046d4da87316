// Package parallel runs work concurrently.
package parallel

import "sync"

// Each calls work for 0 to count-1, on a number of workers.
func Each(workers, count int, work func(int)) {
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
