/// A shell script that makes an authority for Docker's clients alone, dockerd's certificate, and one of a client's.
///
/// By openssl 1.1.1 or later. What it makes is what Docker's guide asks for, with extended key usages, so that
/// dockerd's own certificate is no client's. Source: https://docs.docker.com/engine/security/protect-access/.
struct DockerKeyScript {
    /// Where dockerd's own are, apart from those that there may be.
    static let folder = "/etc/docker/tidewaiter-tls"
    static let authority = "\(folder)/ca.pem"
    static let certificate = "\(folder)/cert.pem"
    static let key = "\(folder)/key.pem"
    static let name = "docker-keys.sh"

    private let host: String
    private let names: [String]

    /// - Parameter endpoints: where dockerd is told to listen.
    init(_ host: HostEvidence, _ endpoints: [DockerHost]) {
        let isName: (String) -> Bool = { name in
            name.first?.isLetter ?? false || name.first?.isNumber ?? false || name.first == ":"
                ? name.count <= 253
                    && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".:-".contains($0)) }
                : false
        }
        self.host = String((isName(host.name) ? host.name : "this host").prefix(40))
        let addresses = endpoints.filter {
            $0.port != nil && !["", "0.0.0.0", "::"].contains($0.address) && !$0.isLoopback
        }.map(\.address)
        names = ([host.name] + addresses).filter(isName).uniqued
    }

    /// Of the authority, as certificates say it.
    var subject: String { "CN=Docker clients of \(host)" }

    var text: String {
        """
        #!/bin/sh
        # Makes an authority for Docker's clients alone, a certificate of dockerd's, and one of a client's; dockerd's are
        # put in \(Self.folder), the others stay in ./docker-keys. Further names and addresses by which
        # clients call dockerd can be given as arguments.
        set -eu
        umask 077
        folder=${DOCKER_TLS_FOLDER:-\(Self.folder)}
        subject=\(FixFolder.quoted("/\(subject)"))
        names=\(FixFolder.quoted(names.joined(separator: " ")))

        """ + Self.body
    }

    private static let body = #"""
        if [ -e "$folder" ] || [ -e docker-keys ]; then
            echo "$folder or docker-keys is there already: nothing is made" >&2
            exit 1
        fi
        mkdir docker-keys
        cd docker-keys

        # What clients may call it: its names, and its addresses.
        alternatives=DNS:localhost,IP:127.0.0.1,IP:::1
        for name in $(hostname) $(hostname -I 2> /dev/null || true) $names "$@"; do
            case $name in
                *:* ) one=IP:$name ;;
                *[!0-9.]* ) one=DNS:$name ;;
                * ) one=IP:$name ;;
            esac
            case ,$alternatives, in
                *,$one,* ) ;;
                * ) alternatives=$alternatives,$one ;;
            esac
        done
        cat > openssl.cnf << END
        [req]
        distinguished_name = none
        [none]
        [authority]
        basicConstraints = critical,CA:TRUE,pathlen:0
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = $alternatives
        [client]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,digitalSignature
        extendedKeyUsage = clientAuth
        END

        # An elliptic curve's key, in a file.
        key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

        # A certificate by the authority: what for, whose, and the files of key and certificate.
        sign() {
            openssl req -new -config openssl.cnf -key "$3" -subj "$2" -out "$1.csr"
            openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 397 -sha256 \
                -extfile openssl.cnf -extensions "$1" -out "$4" 2> /dev/null
            openssl verify -CAfile ca.pem -purpose "ssl$1" "$4"
        }

        key ca-key.pem
        openssl req -x509 -new -config openssl.cnf -extensions authority -key ca-key.pem -sha256 -days 1825 \
            -subj "$subject" -out ca.pem
        key server-key.pem
        sign server "/CN=dockerd" server-key.pem server-cert.pem
        key key.pem
        sign client "/CN=client" key.pem cert.pem

        mkdir -p "$folder"
        chmod 0755 "$folder"
        install -m 0444 ca.pem "$folder/ca.pem"
        install -m 0444 server-cert.pem "$folder/cert.pem"
        install -m 0400 server-key.pem "$folder/key.pem"
        rm -f server-key.pem server-cert.pem server.csr client.csr openssl.cnf
        echo "Of docker-keys, a client has ca.pem, cert.pem and key.pem in its ~/.docker; ca-key.pem and ca.srl belong"
        echo "on another machine: shred -u ca-key.pem once it is there."

        """#
}
