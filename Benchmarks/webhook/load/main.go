// Puts recorded admission reviews on a webhook over kept HTTP/1.1 connections and prints one line of JSON.
//
// Without -rate each client sends its next review when the last is answered; with -rate reviews are sent at fixed
// times, and how long one takes is counted from when it was due.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

func reviews(path string) [][]byte {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var all [][]byte
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row struct{ Review json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			log.Fatal(err)
		}
		all = append(all, append([]byte(nil), row.Review...))
	}
	return all
}

func main() {
	url := flag.String("url", "", "where reviews go")
	path := flag.String("reviews", "", "recorded reviews, one a line, under \"review\"")
	clients := flag.Int("clients", 16, "connections")
	seconds := flag.Float64("seconds", 3, "how long")
	rate := flag.Float64("rate", 0, "reviews a second; 0 for as many as are answered")
	flag.Parse()
	all := reviews(*path)
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
		MaxIdleConnsPerHost: *clients,
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
	client := &http.Client{Transport: transport}
	var next, failed atomic.Int64
	times := make([][]time.Duration, *clients)
	ask := func(index int64) bool {
		answer, err := client.Post(*url, "application/json", bytes.NewReader(all[index%int64(len(all))]))
		if err != nil {
			return false
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		return err == nil && answer.StatusCode == 200 && bytes.Contains(body, []byte(`"allowed"`))
	}
	start := time.Now()
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	var group sync.WaitGroup
	for id := range *clients {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				index := next.Add(1) - 1
				due := time.Now()
				if *rate > 0 {
					due = start.Add(time.Duration(float64(index) / *rate * float64(time.Second)))
					time.Sleep(time.Until(due))
				}
				if due.After(end) {
					return
				}
				if !ask(index) {
					failed.Add(1)
				}
				times[id] = append(times[id], time.Since(due))
			}
		}()
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	var took []time.Duration
	for _, some := range times {
		took = append(took, some...)
	}
	sort.Slice(took, func(a, b int) bool { return took[a] < took[b] })
	at := func(part float64) float64 { return float64(took[int(float64(len(took)-1)*part)].Microseconds()) / 1000 }
	fmt.Printf(`{"rate":%.1f,"p50":%.3f,"p99":%.3f,"failed":%d}`+"\n", float64(len(took))/elapsed, at(0.5), at(0.99), failed.Load())
}
