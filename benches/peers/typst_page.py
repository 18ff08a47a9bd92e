"""The certificate's texts, frames and QR matrix with Typst: prints CPU ms a page, and bytes."""
import sys, time
import typst

fonts, matrix = sys.argv[1], sys.argv[2].split(',')
ROWS = (('姓名', 'Name', '乌兰图雅', 'Wulantuya'), ('证件类型', 'ID type', '居民身份证', 'Resident ID card'),
        ('证件号码', 'ID number', '159999********%04d', ''), ('职业名称', 'Occupation', '养老护理员', 'Elderly Care Worker'),
        ('工种/职业方向', 'Type of work', '--', ''), ('职业技能等级', 'Skill level', '三级/高级工', 'Level 3 / Advanced'),
        ('证书编号', 'Certificate number', 'S0000150100012535%05d', ''))
BODY = '本证书由塔林市职业技能评价中心颁发，表明持证人通过本机构组织的职业技能等级认定，具备该职业（工种）相应技能等级水平。'
ENGLISH = ('This is to certify that the bearer has passed the vocational skill level assessment organised by this institution '
           'and has attained the level of skill in the occupation (type of work) stated in this certificate.')

def source(n):
    out = ['#set page(width: 297mm, height: 210mm, margin: 0mm)',
           '#let t(x, y, f, s, b) = place(dx: x * 1mm, dy: y * 1mm - s * 1pt, text(font: f, size: s * 1pt, b))']
    def text(x, y, font, size, says): out.append(f'#t({x}, {y}, "Guildhall {font}", {size}, "{says}")')
    for inset in (7.6, 8.8, 19.3, 20.3):
        out.append(f'#place(dx: {inset}mm, dy: {inset}mm, rect(width: {297 - 2 * inset}mm, height: {210 - 2 * inset}mm))')
    out.append('#place(dx: 40mm, dy: 60mm, text(font: "Guildhall Song", weight: "bold", size: 30pt, "职业技能等级证书"))')
    text(40, 77.4, 'Song', 9.8, 'CERTIFICATE OF VOCATIONAL SKILL LEVEL')
    out.append(f'#place(dx: 39mm, dy: 93mm, block(width: 94mm, text(font: "Guildhall Kai", size: 13pt, "{BODY}")))')
    out.append(f'#place(dx: 39mm, dy: 120mm, block(width: 100mm, text(font: "Guildhall Song", size: 8.4pt, "{ENGLISH}")))')
    for i, (zh, en, value, english) in enumerate(ROWS):
        y = 80.5 + 9.8 * i
        text(167, y, 'Song', 9.6, zh); text(167, y + 3.3, 'Song', 6.2, en)
        text(200, y, 'Kai', 13.5, value % n if '%' in value else value); text(240, y, 'Song', 7.8, english)
        out.append(f'#place(dx: 199mm, dy: {y + 3.6}mm, line(length: 68mm))')
    for x, y, size, font, says in ((39, 157, 9.2, 'Song', '评价机构（签章）'), (72.5, 157, 13, 'Kai', '塔林市职业技能评价中心'),
                                   (39, 170.5, 9.2, 'Song', '发证日期'), (72.5, 170.5, 13, 'Kai', '2025年7月1日'),
                                   (207, 153, 9.4, 'Song', '扫码核验真伪 · 离线亦可验证'), (207, 181, 9.2, 'Song', '29GP W5CK SZ8F NV4B')):
        text(x, y, font, size, says)
    m = 36 / (len(matrix) + 8)
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = len(row[x:]) - len(row[x:].lstrip('1'))
            if run: out.append(f'#place(dx: {166 + (x + 4) * m:.3f}mm, dy: {148.4 + (y + 4) * m:.3f}mm, rect(width: {run * m:.3f}mm, height: {m:.3f}mm, fill: black))')
            x += max(run, 1)
    return '\n'.join(out).encode()

compiler = typst.Compiler(font_paths=[fonts], ignore_system_fonts=True, input=source(0)) if hasattr(typst, 'Compiler') else None
def page(n):
    try: return compiler.compile(input=source(n), format='pdf')
    except TypeError: return typst.compile(source(n), font_paths=[fonts], ignore_system_fonts=True, format='pdf')

size = len(page(0))
start, pages = time.process_time(), 10
for n in range(1, pages + 1): page(n)
print((time.process_time() - start) * 1000 / pages, size)
