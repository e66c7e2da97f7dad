// An admission webhook that does nothing: decodes the review and allows it, over TLS, by Go's own server.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
)

type review struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Request    *request  `json:"request,omitempty"`
	Response   *response `json:"response,omitempty"`
}

type request struct {
	UID       string          `json:"uid"`
	Operation string          `json:"operation"`
	Name      string          `json:"name"`
	Namespace string          `json:"namespace"`
	UserInfo  json.RawMessage `json:"userInfo"`
	Object    json.RawMessage `json:"object"`
	OldObject json.RawMessage `json:"oldObject"`
}

type response struct {
	UID     string `json:"uid"`
	Allowed bool   `json:"allowed"`
}

func main() {
	listen := flag.String("listen", "127.0.0.1:9443", "address")
	cert := flag.String("cert", "server.pem", "certificate")
	key := flag.String("key", "server.key", "key")
	flag.Parse()
	http.HandleFunc("/validate", func(w http.ResponseWriter, r *http.Request) {
		var in review
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Request == nil {
			http.Error(w, "no review", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		out := review{APIVersion: in.APIVersion, Kind: in.Kind, Response: &response{in.Request.UID, true}}
		if err := json.NewEncoder(w).Encode(out); err != nil {
			log.Print(err)
		}
	})
	log.Fatal(http.ListenAndServeTLS(*listen, *cert, *key, nil))
}
