// go-http MANNER RATE UPSTREAM: five good requests a second and RATE reports a minute, which the upstream answers with an error.
//
//	leak     a short error, whose body is not closed on the way out
//	unread   a long one
//	healthy  the long one, closed
//
// Tells what it is in its first line, and at each line of standard input what it holds; ends with standard input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var (
	begun                                    = time.Now()
	opened, closed, requests, failed, leaked int64
)

func main() {
	manner, upstream := os.Args[1], os.Args[3]
	rate, err := strconv.ParseFloat(os.Args[2], 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	say(map[string]interface{}{
		"pid":         os.Getpid(),
		"kind":        "go-http-" + manner,
		"peer":        upstream,
		"children":    []int{},
		"descriptors": openDescriptors(),
	})
	client := &http.Client{Transport: &http.Transport{DialContext: dial}}
	go every(200*time.Millisecond, func() { count(closing(client, "http://"+upstream+"/ok"), &requests) })
	go every(time.Duration(float64(time.Minute)/rate), func() {
		atomic.AddInt64(&requests, 1)
		count(report(client, "http://"+upstream, manner), &failed)
	})
	questions := bufio.NewScanner(os.Stdin)
	for questions.Scan() {
		answer()
	}
}

func report(client *http.Client, upstream, manner string) error {
	switch manner {
	case "leak":
		return forgetting(client, upstream+"/missing")
	case "unread":
		return forgetting(client, upstream+"/broken")
	}
	return closing(client, upstream+"/broken")
}

// The mistake: the body is closed where all went well, and nowhere else.
func forgetting(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		atomic.AddInt64(&leaked, 1)
		return nil
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func closing(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// A request that never reached the upstream is in no count.
func count(err error, counter *int64) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	atomic.AddInt64(counter, 1)
}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	connection, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	atomic.AddInt64(&opened, 1)
	return &counted{Conn: connection}, nil
}

type counted struct {
	net.Conn
	once sync.Once
}

func (connection *counted) Close() error {
	connection.once.Do(func() { atomic.AddInt64(&closed, 1) })
	return connection.Conn.Close()
}

// every does the work at absolute times, so that a late one delays no other.
func every(period time.Duration, work func()) {
	for number := 1; ; number++ {
		time.Sleep(time.Until(begun.Add(time.Duration(number) * period)))
		work()
	}
}

func answer() {
	o, c := atomic.LoadInt64(&opened), atomic.LoadInt64(&closed)
	say(map[string]interface{}{
		"t": time.Since(begun).Seconds(), "opened": o, "closed": c, "kept": o - c, "opens": o,
		"requests": atomic.LoadInt64(&requests), "failed": atomic.LoadInt64(&failed), "leaked": atomic.LoadInt64(&leaked),
		"asked": true,
	})
}

func say(line map[string]interface{}) {
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

// openDescriptors is without the one that reading the folder takes.
func openDescriptors() int {
	folder, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(folder) - 1
}
