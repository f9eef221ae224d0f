// The app of the tests' pods, and its caller for gRPC (curl is in the image for all else).
//
//	app serve             answers until SIGTERM; then readiness fails, and it ends after $DRAIN (0s)
//	app grpc HOST:PORT    calls a gRPC method once; prints the status and what the server saw
//
// It listens at $BIND (all addresses of both families if unset), and says of each request what it saw:
// HTTP/1.1, HTTP/2 without TLS and gRPC on $PORT (8080), lines of TCP on 9000, and on 9001 it speaks first.
// HTTP requests choose their answer: ?status=503, ?sleep=200ms, ?size=1000 (bytes more).
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// What a server saw of a request; header names are in lower case.
type seen struct {
	Pod      string              `json:"pod"`
	Method   string              `json:"method"`
	Path     string              `json:"path"`
	Host     string              `json:"host"`
	Protocol string              `json:"protocol"`
	Remote   string              `json:"remote"`
	Headers  map[string][]string `json:"headers"`
	Padding  string              `json:"padding,omitempty"`
}

var draining atomic.Bool

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "serve":
		serve()
	case len(os.Args) == 3 && os.Args[1] == "grpc":
		call(os.Args[2])
	default:
		log.Fatal("usage: app serve, app grpc HOST:PORT")
	}
}

func pod() string {
	name, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	return name
}

func both() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return protocols
}

func serve() {
	bind := os.Getenv("BIND")
	drain, err := time.ParseDuration(cmp.Or(os.Getenv("DRAIN"), "0s"))
	if err != nil {
		log.Fatal(err)
	}
	go lines(net.JoinHostPort(bind, "9000"), false)
	go lines(net.JoinHostPort(bind, "9001"), true)
	server := &http.Server{
		Addr:      net.JoinHostPort(bind, cmp.Or(os.Getenv("PORT"), "8080")),
		Handler:   http.HandlerFunc(answer),
		Protocols: both(),
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		log.Printf("listening at %s", server.Addr)
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	<-ended
	draining.Store(true)
	log.Printf("ending in %s", drain)
	time.Sleep(drain)
	if err := server.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func answer(out http.ResponseWriter, in *http.Request) {
	log.Printf("%s %s %s from %s", in.Proto, in.Method, in.URL, in.RemoteAddr)
	if strings.HasPrefix(in.Header.Get("content-type"), "application/grpc") {
		grpc(out, in)
		return
	}
	if in.URL.Path == "/ready" && draining.Load() {
		out.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	query := in.URL.Query()
	if pause, err := time.ParseDuration(query.Get("sleep")); err == nil {
		time.Sleep(pause)
	}
	report := see(in)
	if size, err := strconv.Atoi(query.Get("size")); err == nil {
		report.Padding = strings.Repeat("x", size)
	}
	out.Header().Set("content-type", "application/json")
	out.Header().Set("x-pod", report.Pod)
	if status, err := strconv.Atoi(query.Get("status")); err == nil {
		out.WriteHeader(status)
	}
	if err := json.NewEncoder(out).Encode(report); err != nil {
		log.Print(err)
	}
}

func see(in *http.Request) seen {
	headers := map[string][]string{}
	for name, values := range in.Header {
		headers[strings.ToLower(name)] = values
	}
	return seen{Pod: pod(), Method: in.Method, Path: in.URL.Path, Host: in.Host, Protocol: in.Proto,
		Remote: in.RemoteAddr, Headers: headers}
}

// A gRPC answer without its library. A health check is told SERVING (field 1 = 1); the message of any
// other method is what the server saw, as JSON.
func grpc(out http.ResponseWriter, in *http.Request) {
	if _, err := io.Copy(io.Discard, in.Body); err != nil {
		log.Print(err)
	}
	message := []byte{0x08, 0x01}
	if in.URL.Path != "/grpc.health.v1.Health/Check" {
		var err error
		if message, err = json.Marshal(see(in)); err != nil {
			log.Fatal(err)
		}
	}
	out.Header().Set("content-type", "application/grpc")
	out.Header().Set("trailer", "grpc-status")
	if _, err := out.Write(framed(message)); err != nil {
		log.Print(err)
	}
	out.Header().Set("grpc-status", "0")
}

func framed(message []byte) []byte {
	frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	return append(frame, message...)
}

func call(server string) {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := http.Client{Transport: &http.Transport{Protocols: protocols}, Timeout: 10 * time.Second}
	request, err := http.NewRequest("POST", "http://"+server+"/test.Echo/Say", bytes.NewReader(framed(nil)))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("content-type", "application/grpc")
	request.Header.Set("te", "trailers")
	answer, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	status := cmp.Or(answer.Trailer.Get("grpc-status"), answer.Header.Get("grpc-status"))
	message := cmp.Or(answer.Trailer.Get("grpc-message"), answer.Header.Get("grpc-message"))
	fmt.Printf("http=%d grpc-status=%s %s\n", answer.StatusCode, status, message)
	if len(body) > 5 {
		fmt.Printf("%s\n", body[5:])
	}
	if status != "0" {
		os.Exit(1)
	}
}

// Answers each line with the pod's name and the line.
func lines(address string, first bool) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer connection.Close()
			if first {
				fmt.Fprintf(connection, "220 %s\n", pod())
			}
			said := bufio.NewScanner(connection)
			for said.Scan() {
				fmt.Fprintf(connection, "%s %s\n", pod(), said.Text())
			}
		}()
	}
}
