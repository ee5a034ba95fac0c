import Testing

@testable import RSPipeline

@Suite struct RemotePathTests {
    @Test(
        arguments: [
            ("https://host/a.tif", "/vsicurl/https://host/a.tif"),
            ("HTTP://host:81/a.tif?x=1&y=2", "/vsicurl/http://host:81/a.tif?x=1&y=2"),
            ("s3://bucket/a/b.tif", "/vsis3/bucket/a/b.tif"),
            ("ftp://host/a.tif", nil), ("file:///etc/passwd", nil), ("https://", nil), ("https:/a", nil),
            ("s3://", nil),
            ("s3://bucket", nil), ("s3://bucket/", nil), ("s3://bucket/../other/a.tif", nil), ("s3://buc?ket/a", nil),
            ("https://host/a b.tif", nil), ("https://host/a\n.tif", nil), ("https://host/a'.tif", nil),
            ("/vsicurl/https://host/a.tif", nil), ("a.tif", nil), ("", nil), (":", nil), ("://", nil),
        ] as [(String, String?)])
    func urlsOfFilesBecomePaths(_ url: String, _ path: String?) { #expect(RemotePath.path(of: url) == path) }

    /// By hand after RFC 3986, 5.4.
    @Test(arguments: [
        ("b.tif", "/vsicurl/https://h/x/y/b.tif"), ("./b.tif", "/vsicurl/https://h/x/y/b.tif"),
        ("../b.tif", "/vsicurl/https://h/x/b.tif"), ("../../../../b.tif", "/vsicurl/https://h/b.tif"),
        ("/b.tif", "/vsicurl/https://h/b.tif"), ("//other/b.tif", "/vsicurl/https://other/b.tif"),
        ("b.tif?s=1", "/vsicurl/https://h/x/y/b.tif?s=1"), ("sub/b.tif", "/vsicurl/https://h/x/y/sub/b.tif"),
    ])
    func linksAreMeantFromTheDocument(_ link: String, _ path: String) {
        #expect(RemotePath.path(of: link, from: "/vsicurl/https://h/x/y/item.json?token=a/b") == path)
    }

    @Test func linksOfBucketsStayInTheBucket() {
        let item = "/vsis3/bucket/x/item.json"
        #expect(RemotePath.path(of: "b.tif", from: item) == "/vsis3/bucket/x/b.tif")
        #expect(RemotePath.path(of: "../../../b.tif", from: item) == "/vsis3/bucket/b.tif")
        #expect(RemotePath.path(of: "//other/b.tif", from: item) == nil)
    }

    @Test func namesOfFiles() {
        #expect(RemotePath.name(of: "/vsicurl/https://h/x/a.tif?s=a/b") == "a.tif")
        #expect(RemotePath.name(of: "./x/a.tif") == "a.tif")
    }

    @Test func failuresAreToldApartByWhatGDALSays() {
        let cases: [(String, RemoteFailure.Kind, Bool)] = [
            ("HTTP response code: 404", .missing, true), ("HTTP response code: 403", .refused, true),
            ("HTTP response code: 503", .server(503), false), ("HTTP response code: 429", .server(429), false),
            ("HTTP response code: 400", .otherClient(400), true),
            ("CURL error: Could not resolve host: nowhere", .unknownHost, true),
            ("CURL error: Failed to connect to 127.0.0.1 port 1", .unreachable, false),
            ("CURL error: Operation too slow. Less than 1 bytes/sec", .slow, false),
            ("CURL error: Recv failure: Connection reset by peer", .cut, false), ("", .unclear, false),
        ]
        for (text, kind, isFinal) in cases {
            #expect(RemoteFailure(text).kind == kind, "\(text)")
            #expect(RemoteFailure(text).isFinal == isFinal, "\(text)")
        }
        #expect(RemoteFailure("HTTP response code: 503").message(tries: 5).contains("after 5 tries"))
        #expect(RemoteFailure("HTTP response code: 403").message(tries: 1).contains("credentials"))
    }
}
