import Testing

@testable import RSPipeline

@Suite struct RedactionTests {
    @Test(arguments: [
        ("cannot read https://host/a.tif?sig=TOPSECRET: gone", "cannot read https://host/a.tif: gone"),
        ("'https://user:TOPSECRET@host/a.tif'", "'https://host/a.tif'"),
        ("https://host/a.tif#TOPSECRET, then http://b/c?x=TOPSECRET.", "https://host/a.tif, then http://b/c."),
        ("/vsicurl/https://host/a.tif?sig=TOPSECRET", "https://host/a.tif"),
        ("/vsirspipeline/vsicurl/http://host/a.tif?s=TOPSECRET band 1", "http://host/a.tif band 1"),
        ("/data/scene?/a.tif", "/data/scene?/a.tif"), ("", ""), ("a://", "a://"), ("https://h", "https://h"),
        ("s3://bucket/key?x=TOPSECRET", "s3://bucket/key"),
        ("s3://b/k: /vsirspipeline/vsis3/b/k is bad", "s3://b/k: s3://b/k is bad"),
    ])
    func urlsLoseTheirSecrets(_ text: String, _ expected: String) {
        #expect(Redaction.text(text) == expected)
        #expect(!Redaction.text(text).contains("TOPSECRET"))
    }

    @Test func remotePathsAreShownAsURLs() {
        #expect(Redaction.path("/vsis3/bucket/a/b.tif") == "s3://bucket/a/b.tif")
        #expect(Redaction.path("/vsicurl/https://host/a.tif?x=1") == "https://host/a.tif")
        #expect(Redaction.path("/data/a.tif") == "/data/a.tif")
    }

    /// A query stays secret when it stands alone, as in a file's name.
    @Test func theQueryOfAnOpenedURLIsRememberedWhereverItStands() {
        #expect(RemotePath.path(of: "https://h/a.tif?token=unlikely-word-4711") != nil)
        #expect(Redaction.text("a.tif?token=unlikely-word-4711 is bad") == "a.tif?*** is bad")
        #expect(RemotePath.path(of: "https://me:unlikely-word-4712@h/a.tif") != nil)
        #expect(Redaction.text("me:unlikely-word-4712") == "***")
    }

    /// All errors of the library pass through it.
    @Test func errorsCarryNoSecrets() {
        let text = "https://host/a.tif?sig=TOPSECRET is bad"
        let errors: [any Error] = [
            SceneError(code: .unreadable, message: text), RunError(.input, text), ChainError(text),
            GDALError(code: .openFailed, message: text, notes: [text]),
        ]
        for error in errors { #expect(!"\(error)".contains("TOPSECRET"), "\(error)") }
        #expect(!SceneSummary(scene: text, inputs: [text], state: .done).inputs[0].contains("TOPSECRET"))
        #expect(!RunSummary(chain: text, scenes: []).chain.contains("TOPSECRET"))
    }
}
