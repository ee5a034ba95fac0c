internal import Mustache

/// The page of a report: its layout as a Mustache template, and its style.
///
/// All values are ``Markup``, so the template takes them with three braces, as they are.
enum ReportTemplate {
    /// Fills in the page.
    ///
    /// - Throws: ``RunError`` of kind output; never for a template that its test has rendered.
    static func render(_ context: [String: Any]) throws(RunError) -> String {
        do { return try MustacheTemplate(string: page).render(context) } catch {
            throw RunError(.output, "the template of the report cannot be read: \(error)")
        }
    }

    static let page = #"""
        <!DOCTYPE html>
        <html lang="{{{language}}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <meta name="generator" content="{{{software}}}">
        <title>{{{title}}}</title>
        <style>
        {{{style}}}
        </style>
        </head>
        <body>
        <main>
        <header>
        <p class="kicker">{{{kicker}}}</p>
        <h1>{{{title}}}</h1>
        <p class="facts">{{#facts}}<span>{{{.}}}</span>{{/facts}}</p>
        </header>
        {{#notice}}<p class="notice">{{{notice}}}</p>{{/notice}}
        <section class="lead">
        <div class="headline">
        <p class="figure">{{{headline.figure}}}</p>
        <p class="label">{{{headline.label}}}</p>
        <p class="certainty">{{{headline.certainty}}}</p>
        <p class="share">{{{headline.share}}}</p>
        </div>
        <ul class="parts">
        {{#headline.parts}}
        <li>{{{swatch}}}<span class="part">{{{name}}}</span><span class="amount">{{{area}}}{{#margin}} <small>{{{margin}}}</small>{{/margin}}</span></li>
        {{/headline.parts}}
        </ul>
        </section>
        <dl class="cards">
        {{#cards}}<div><dt>{{{name}}}</dt><dd>{{{value}}}</dd><dd class="note">{{{note}}}</dd></div>
        {{/cards}}
        </dl>
        {{#map}}
        <section class="mapsheet">
        <h2>{{{t.map_title}}}</h2>
        <div class="sheet">
        <figure>{{{drawing}}}</figure>
        <div class="legend">
        <h3>{{{legend_title}}}</h3>
        <ul>
        {{#legend}}<li>{{{swatch}}}<span>{{{name}}}{{#range}}<small>{{{range}}}</small>{{/range}}</span></li>
        {{/legend}}
        </ul>
        {{#note}}<p class="note">{{{note}}}</p>{{/note}}
        </div>
        </div>
        </section>
        {{/map}}
        <section class="keep">
        <h2>{{{t.areas_title}}}</h2>
        <div class="scroll"><table class="areas{{#areas.estimated}} checked{{/areas.estimated}}">
        <thead><tr><th scope="col">{{{t.class}}}</th><th scope="col">{{{areas.range_head}}}</th><th scope="col" class="n">{{{t.mapped}}}, {{{t.ha}}}</th><th scope="col" class="n">{{{t.share}}}</th><th class="wide" aria-hidden="true"></th>{{#areas.estimated}}<th scope="col" class="n">{{{t.estimated}}}, {{{t.ha}}}</th><th scope="col" class="n">{{{t.interval_head}}}</th><th scope="col" class="n">{{{t.excess}}}</th>{{/areas.estimated}}</tr></thead>
        <tbody>
        {{#areas.rows}}
        <tr{{#total}} class="total"{{/total}}><th scope="row">{{{swatch}}}{{{name}}}</th><td>{{{range}}}</td><td class="n">{{{hectares}}}</td><td class="n">{{{share}}}</td><td class="wide">{{{bar}}}</td>{{#areas.estimated}}<td class="n strong">{{{estimate}}}</td><td class="n">{{{interval}}}</td><td class="n">{{{excess}}}</td>{{/areas.estimated}}</tr>
        {{/areas.rows}}
        </tbody>
        </table></div>
        {{#areas.notes}}<p class="note">{{{.}}}</p>{{/areas.notes}}
        </section>
        {{#districts}}
        <section{{#keep}} class="keep"{{/keep}}>
        <h2>{{{t.districts_title}}}</h2>
        <div class="scroll"><table class="districts">
        <thead><tr><th scope="col">{{{t.district}}}</th><th scope="col" class="n">{{{t.assessed}}}, {{{t.ha}}}</th><th class="wide">{{{t.classes_head}}}</th>{{#heads}}<th scope="col" class="n">{{{name}}}<br>{{{swatch}}}</th>{{/heads}}{{#affected}}<th scope="col" class="n strong">{{{t.affected}}}, {{{t.ha}}}</th><th scope="col" class="n">{{{t.affected_share_head}}}</th>{{/affected}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#total}} class="total"{{/total}}><th scope="row">{{{name}}}</th><td class="n">{{{assessed}}}</td><td class="wide">{{{bar}}}</td>{{#classes}}<td class="n">{{{.}}}</td>{{/classes}}{{#affected}}<td class="n strong">{{{hectares}}}</td><td class="n">{{{affected_share}}}</td>{{/affected}}</tr>
        {{/rows}}
        </tbody>
        </table></div>
        <p class="note">{{{note}}}</p>
        </section>
        {{/districts}}
        {{#plots}}
        <section class="keep">
        <h2>{{{t.plots_title}}}</h2>
        <div class="scroll"><table class="plots">
        <thead><tr><th scope="col" class="n">#</th><th scope="col">{{{t.plot}}}</th><th scope="col">{{{t.district}}}</th><th scope="col" class="n">{{{t.area}}}, {{{t.ha}}}</th><th scope="col" class="n strong">{{{mean_head}}}</th><th scope="col">{{{t.class}}}</th>{{#affected}}<th scope="col" class="n">{{{t.affected_share_head}}}</th>{{/affected}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><td class="n">{{{rank}}}</td><th scope="row">{{{id}}}</th><td>{{{district}}}</td><td class="n">{{{hectares}}}</td><td class="n strong">{{{mean}}}</td><td>{{{swatch}}}{{{class}}}</td>{{#affected}}<td class="n">{{{affected_share}}}</td>{{/affected}}</tr>
        {{/rows}}
        </tbody>
        </table></div>
        <p class="note">{{{note}}}</p>
        </section>
        {{/plots}}
        <section>
        <h2>{{{t.accuracy_title}}}</h2>
        <p class="ahead">{{{accuracy.sentence}}}</p>
        <div class="columns">
        {{#scatter}}<figure class="panel"><h3>{{{t.scatter_title}}}</h3>{{{drawing}}}<figcaption class="note">{{{note}}}</figcaption></figure>{{/scatter}}
        {{#metrics}}<div class="panel"><h3>{{{t.metrics_title}}}</h3>
        <table><thead><tr><th scope="col">{{{t.metric}}}</th>{{#validated}}<th scope="col" class="n strong">{{{t.cross_validated}}}</th>{{/validated}}{{#fitted}}<th scope="col" class="n">{{{t.fit}}}</th>{{/fitted}}</tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{{name}}}</th>{{#validated}}<td class="n strong">{{{cross}}}</td>{{/validated}}{{#fitted}}<td class="n">{{{fit}}}</td>{{/fitted}}</tr>
        {{/rows}}
        </tbody></table><p class="note">{{{note}}}</p></div>{{/metrics}}
        {{#matrix}}<div class="panel broad"><h3>{{{t.matrix_title}}}</h3><div class="scroll">
        <table class="matrix"><thead><tr><th scope="col">{{{t.matrix_corner}}}</th>{{#heads}}<th scope="col" class="n">{{{.}}}</th>{{/heads}}<th scope="col" class="n strong">{{{t.users}}}</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{{swatch}}}{{{name}}}</th>{{#cells}}<td class="n{{#right}} right{{/right}}">{{{number}}}</td>{{/cells}}<td class="n strong">{{{users}}}</td></tr>
        {{/rows}}
        <tr class="total"><th scope="row">{{{t.producers}}}</th>{{#producers}}<td class="n strong">{{{.}}}</td>{{/producers}}<td></td></tr>
        </tbody></table></div><p class="note">{{{t.matrix_note}}}{{#warnings}} {{{.}}}{{/warnings}}</p></div>{{/matrix}}
        </div>
        </section>
        <section class="columns plain">
        {{#histogram}}<figure class="panel"><h2>{{{t.histogram_title}}}</h2>{{{drawing}}}<figcaption class="note">{{{note}}}</figcaption></figure>{{/histogram}}
        {{#counts}}<div class="panel"><h2>{{{t.counts_title}}}</h2>
        <div class="scroll"><table><thead><tr><th scope="col">{{{t.class}}}</th><th scope="col" class="n">{{{t.counts_observed}}}</th><th scope="col" class="n">{{{t.counts_predicted}}}</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{{swatch}}}{{{name}}}</th><td class="n">{{{observed}}}</td><td class="n">{{{predicted}}}</td></tr>
        {{/rows}}
        </tbody></table></div><p class="note">{{{t.counts_note}}}</p></div>{{/counts}}
        <div class="panel"><h2>{{{t.excluded_title}}}</h2>
        {{#excluded}}<table><thead><tr><th scope="col">{{{t.reason}}}</th><th scope="col" class="n">{{{t.ha}}}</th><th scope="col" class="n">{{{t.share}}}</th><th class="wide" aria-hidden="true"></th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{{name}}}</th><td class="n">{{{hectares}}}</td><td class="n">{{{share}}}</td><td class="wide">{{{bar}}}</td></tr>
        {{/rows}}
        </tbody></table>{{/excluded}}{{^excluded}}<p>{{{t.excluded_none}}}</p>{{/excluded}}</div>
        </section>
        <section>
        <h2>{{{t.limits_title}}}</h2>
        <ul class="limits">
        {{#limits}}<li>{{{.}}}</li>
        {{/limits}}
        </ul>
        {{#notes}}<h3>{{{t.notes_title}}}</h3><ul class="limits">{{#lines}}<li>{{{.}}}</li>{{/lines}}</ul>{{/notes}}
        {{#warnings}}<h3>{{{t.warnings_title}}}</h3><ul class="limits">{{#lines}}<li>{{{.}}}</li>{{/lines}}</ul>{{/warnings}}
        </section>
        <section class="small">
        <h2>{{{t.method_title}}}</h2>
        <ol class="steps">
        {{#steps}}<li>{{{sentence}}} <code>{{{text}}}</code></li>
        {{/steps}}
        </ol>
        {{#scheme}}<p>{{{scheme}}}</p>{{/scheme}}
        {{#model}}<h3>{{{t.model_title}}}</h3>
        <table class="pairs"><tbody>
        {{#facts}}<tr><th scope="row">{{{name}}}</th><td>{{{value}}}</td></tr>
        {{/facts}}
        </tbody></table>
        {{#predictors}}<div class="scroll"><table><thead><tr><th scope="col">{{{t.predictor}}}</th>{{#linear}}<th scope="col" class="n">{{{t.coefficient}}}</th>{{/linear}}<th scope="col" class="n">{{{t.predictor_range}}}</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{{name}}}</th>{{#linear}}<td class="n">{{{coefficient}}}</td>{{/linear}}<td class="n">{{{range}}}</td></tr>
        {{/rows}}
        </tbody></table></div>{{/predictors}}{{/model}}
        {{#constants}}<h3>{{{t.constants_title}}}</h3>
        <table class="pairs"><tbody>
        {{#rows}}<tr><th scope="row">{{{name}}}</th><td>{{{value}}}</td></tr>
        {{/rows}}
        </tbody></table>{{/constants}}
        </section>
        <section class="small">
        <h2>{{{t.provenance_title}}}</h2>
        <table class="pairs"><tbody>
        {{#provenance}}<tr><th scope="row">{{{name}}}</th><td>{{{value}}}</td></tr>
        {{/provenance}}
        </tbody></table>
        {{#inputs}}<div class="scroll"><table class="files"><thead><tr><th scope="col">{{{t.file}}}</th><th scope="col" class="n">{{{t.size}}}</th><th scope="col">{{{t.checksum}}}</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{{file}}}</th><td class="n">{{{size}}}</td><td><code>{{{checksum}}}</code></td></tr>
        {{/rows}}
        </tbody></table></div>{{/inputs}}
        </section>
        <footer><p>{{{t.footer}}}</p></footer>
        </main>
        </body>
        </html>

        """#

    static let style: Markup = #"""
        :root{--ink:#1a2733;--soft:#56646f;--line:#d5dbe0;--pale:#f3f5f7;--accent:#123f66;--warn:#8a4b00}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;print-color-adjust:exact;-webkit-print-color-adjust:exact}
        body{margin:0;background:#e9edf0;color:var(--ink);font:16px/1.5 "Source Sans 3","Segoe UI","Noto Sans",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums lining-nums}
        main{max-width:1080px;margin:0 auto;background:#fff;padding:44px 56px 32px;border-top:6px solid var(--accent)}
        header{border-bottom:1px solid var(--line);padding-bottom:18px}
        .kicker{margin:0;color:var(--accent);font-size:13px;font-weight:600;letter-spacing:.09em;text-transform:uppercase}
        h1{margin:4px 0 6px;font-size:34px;line-height:1.18;font-weight:650;letter-spacing:-.01em;text-wrap:balance;overflow-wrap:anywhere}
        h2{margin:0 0 14px;font-size:20px;line-height:1.3;font-weight:650}
        h3{margin:0 0 8px;font-size:15px;font-weight:650}
        p{margin:0 0 10px;max-width:76ch}
        .facts{margin:0;color:var(--soft);max-width:none;overflow-wrap:anywhere}
        .facts span+span::before{content:"\00b7";margin:0 .6em}
        .notice{margin:20px 0 0;padding:12px 16px;border-left:4px solid var(--warn);background:#fdf5ea;max-width:none}
        .lead{display:grid;grid-template-columns:minmax(0,1.1fr) minmax(0,1fr);gap:36px;margin:26px 0 22px;align-items:start}
        .lead p{margin:0}
        .figure{font-size:58px;line-height:1.05;font-weight:680;letter-spacing:-.02em;color:var(--accent)}
        .label{font-size:20px;font-weight:600;line-height:1.3}
        .certainty{margin-top:8px!important;font-weight:600}
        .share{color:var(--soft)}
        .parts{list-style:none;margin:0;padding:0}
        .parts li{display:flex;align-items:baseline;gap:10px;padding:7px 0;border-top:1px solid var(--line)}
        .parts li:last-child{border-bottom:1px solid var(--line)}
        .part{flex:1;overflow-wrap:anywhere}
        .amount{font-weight:650;white-space:nowrap}
        .amount small{font-weight:400;color:var(--soft);font-size:13px}
        .swatch{width:14px;height:14px;flex:none;margin-right:8px;vertical-align:-1px}
        .parts .swatch{margin-right:0;align-self:center}
        .swatch rect{stroke:#5b6771;stroke-width:.8}
        .cards{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1px;margin:0 0 34px;background:var(--line);border:1px solid var(--line)}
        .cards div{background:var(--pale);padding:12px 14px}
        dt{font-size:13px;color:var(--soft);font-weight:600}
        dd{margin:0;font-size:22px;font-weight:650;line-height:1.3}
        dd.note{font-size:13px;font-weight:400;line-height:1.4}
        section{margin:0 0 36px}
        .sheet{display:grid;grid-template-columns:minmax(0,1fr) 236px;gap:24px;align-items:start}
        figure{margin:0}
        svg{display:block;width:100%;height:auto;font-family:inherit}
        svg.swatch{display:inline-block;width:14px}
        .map .land{fill:#fff}
        .coarse{image-rendering:pixelated}
        .map path{fill:none;stroke-linejoin:round}
        .map .plot{stroke:#2b3742;stroke-width:.8;stroke-opacity:.6}
        .map .district-casing{stroke:#fff;stroke-width:5;stroke-opacity:.85}
        .map .district{stroke:#15222d;stroke-width:2.2}
        .map .worst-casing{stroke:#fff;stroke-width:5}
        .map .worst{stroke:#0a2fa3;stroke-width:2.6}
        .map .neatline{fill:none;stroke:#15222d;stroke-width:1.6}
        .map text{font-size:21px;fill:#1a2733}
        .map .corner{font-size:18px;fill:#45525d}
        .map .name{font-weight:650;font-size:25px;stroke:#fff;stroke-width:5;stroke-linejoin:round;paint-order:stroke}
        .map .rank circle{fill:#0a2fa3;stroke:#fff;stroke-width:2.5}
        .map .rank text{fill:#fff;font-size:20px;font-weight:650}
        .map .north circle{fill:#fff;fill-opacity:.9;stroke:#15222d;stroke-width:1}
        .map .north path{fill:#15222d}
        .map .north text{font-size:19px;font-weight:650}
        .map .scale rect{fill:#15222d;stroke:#15222d;stroke-width:1.2}
        .map .scale .open{fill:#fff}
        .legend{font-size:14px;line-height:1.35}
        .legend ul{list-style:none;margin:0 0 14px;padding:0}
        .legend li{display:flex;gap:2px;padding:4px 0;align-items:baseline;overflow-wrap:anywhere}
        .legend small{display:block;color:var(--soft);font-size:13px}
        .legend .swatch,.legend .sign{width:26px;height:15px;flex:none;margin-right:8px;position:relative;top:2px;display:inline-block}
        .note{color:var(--soft);font-size:14px;line-height:1.45;max-width:84ch}
        .scroll{overflow-x:auto;background:linear-gradient(90deg,#fff 30%,#fff0) 0 0/36px 100% no-repeat local,linear-gradient(270deg,#fff 30%,#fff0) 100% 0/36px 100% no-repeat local,linear-gradient(90deg,#1a273326,#1a273300) 0 0/11px 100% no-repeat scroll,linear-gradient(270deg,#1a273326,#1a273300) 100% 0/11px 100% no-repeat scroll}
        table{border-collapse:collapse;width:100%;font-size:14.5px;line-height:1.35;margin:0 0 10px}
        th{text-align:left;font-weight:400;overflow-wrap:break-word}
        thead th{font-size:13px;color:var(--soft);font-weight:600;vertical-align:bottom;border-bottom:1.5px solid var(--ink);padding:0 10px 6px 0}
        tbody th,td{padding:7px 10px 7px 0;border-bottom:1px solid var(--line);vertical-align:baseline}
        tbody th{min-width:92px;max-width:260px;overflow-wrap:anywhere}
        th:last-child,td:last-child{padding-right:0}
        .n{text-align:right}
        td.n{white-space:nowrap}
        .strong{font-weight:650}
        thead .strong{color:var(--ink)}
        .total th,.total td{border-top:1.5px solid var(--ink);border-bottom:0;font-weight:650}
        .wide{width:22%;min-width:110px;padding-left:8px}
        .bar{height:14px;width:100%;min-width:90px}
        .bar .track{fill:#edf0f2}
        .areas tbody th{min-width:132px}
        .areas td:nth-child(2){white-space:nowrap}
        .districts thead .swatch{margin:0}
        .columns{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:30px 40px}
        .panel.broad,.panel:last-child:nth-child(odd){grid-column:1/-1}
        .plots td.n+td:not(.n){padding-left:16px}
        .panel table{margin-bottom:10px}
        .right{background:#e8eef3;font-weight:650}
        .chart text{font-size:13.5px;fill:#45525d}
        .chart .axis{fill:#1a2733;font-weight:600}
        .chart .grid{stroke:#e3e8ec;stroke-width:1}
        .chart .base{stroke:#1a2733;stroke-width:1.2}
        .chart .agree{stroke:#1a2733;stroke-width:1.3;stroke-dasharray:5 4}
        .chart circle{fill:#123f66;fill-opacity:.55;stroke:#fff;stroke-width:.8}
        .chart .bin{stroke:#5b6771;stroke-width:.6}
        .limits{margin:0 0 14px;padding-left:1.1em;max-width:84ch}
        .limits li{margin:0 0 6px;overflow-wrap:anywhere}
        .small{font-size:14px}
        .small table{font-size:13.5px}
        .small tbody th,.small td{padding-top:5px;padding-bottom:5px;overflow-wrap:anywhere}
        .steps{margin:0 0 16px;padding-left:1.4em}
        .steps li{margin:0 0 5px}
        code{font:12.5px/1.4 ui-monospace,"SFMono-Regular",Consolas,"Liberation Mono",monospace;color:#33424e;overflow-wrap:anywhere}
        .pairs th{width:28%;color:var(--soft);padding-right:16px}
        footer{border-top:1px solid var(--line);padding-top:12px;color:var(--soft);font-size:13px}
        footer p{margin:0}
        @media screen and (max-width:760px){
        body{font-size:15px;background:#fff}
        main{padding:22px 18px}
        h1{font-size:25px}
        .lead{grid-template-columns:minmax(0,1fr);gap:18px;margin:20px 0}
        .figure{font-size:44px}
        .label{font-size:18px}
        .cards{grid-template-columns:repeat(2,minmax(0,1fr))}
        .sheet,.columns{grid-template-columns:minmax(0,1fr)}
        .map text{font-size:32px}
        .map .corner{font-size:26px}
        .map .name{font-size:36px}
        .map .rank circle{r:22px}
        .map .rank text{font-size:28px}
        .legend ul{columns:2;column-gap:18px}
        .legend li{break-inside:avoid}
        td,tbody th,thead th{padding-right:14px}
        .wide{width:96px;min-width:96px}
        .scroll table{min-width:max-content}
        .scroll tbody th{max-width:150px}
        .scroll td:not(.n):not(.wide){max-width:150px}
        .scroll thead th{max-width:96px}
        .files{min-width:0!important}
        .areas .wide,.areas th:nth-child(2),.areas td:nth-child(2){display:none}
        .checked th:nth-child(4),.checked td:nth-child(4){display:none}
        }
        @page{size:A4;margin:14mm 15mm 15mm}
        @media print{
        body{background:#fff;font-size:10.2pt;line-height:1.42}
        main{max-width:none;padding:0;border-top:0}
        header{border-top:2.5pt solid var(--accent);padding-top:8pt;padding-bottom:8pt}
        h1{font-size:21pt}
        h2{font-size:13pt;margin-bottom:7pt;break-after:avoid}
        h3{font-size:10.5pt;break-after:avoid}
        .kicker{font-size:8.5pt}
        .lead{grid-template-columns:minmax(0,1.1fr) minmax(0,1fr);margin:12pt 0 10pt;gap:20pt}
        .figure{font-size:34pt}
        .label{font-size:13pt}
        .parts li{padding:3.5pt 0}
        .cards{grid-template-columns:repeat(4,minmax(0,1fr));margin-bottom:9pt}
        .cards div{padding:6pt 8pt}
        dt,dd.note{font-size:8.5pt}
        dd{font-size:13pt}
        section{margin-bottom:11pt}
        .sheet{grid-template-columns:minmax(0,1fr) 166pt;gap:14pt}
        p,.note,.limits{max-width:none}
        .mapsheet,.keep,figure,.panel,tr,.lead,.cards,.limits li{break-inside:avoid}
        .ahead{break-inside:avoid;break-after:avoid}
        footer{break-before:avoid}
        .columns{grid-template-columns:repeat(2,minmax(0,1fr));gap:14pt 22pt}
        thead{display:table-header-group}
        table{font-size:9pt}
        thead th{font-size:8.3pt}
        tbody th,td{padding-top:3.2pt;padding-bottom:3.2pt;padding-right:6pt}
        tbody th{max-width:150pt}
        .note,.legend{font-size:8.6pt}
        .legend small{font-size:8.2pt}
        .small,.small table{font-size:8.4pt}
        code{font-size:7.6pt}
        .scroll{overflow:visible;background:none}
        .wide{width:17%;min-width:54pt}
        .areas tbody th{min-width:116pt}
        .plots td,.plots tbody th{padding-top:1.1pt;padding-bottom:1.1pt}
        .bar{min-width:50pt;height:8pt}
        }
        """#
}
