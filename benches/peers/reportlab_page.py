"""The certificate's texts, frames and QR matrix with ReportLab: prints CPU ms a page, and bytes."""
import io, sys, time
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

fonts, matrix = sys.argv[1], sys.argv[2].split(',')
for name, file in (('Kai', 'GuildhallKai-Regular'), ('Song', 'GuildhallSong-Regular'), ('Bold', 'GuildhallSong-Bold')):
    pdfmetrics.registerFont(TTFont(name, f'{fonts}/{file}.ttf'))
MM = 72 / 25.4
ROWS = (('姓名', 'Name', '乌兰图雅', 'Wulantuya'), ('证件类型', 'ID type', '居民身份证', 'Resident ID card'),
        ('证件号码', 'ID number', '159999********%04d', ''), ('职业名称', 'Occupation', '养老护理员', 'Elderly Care Worker'),
        ('工种/职业方向', 'Type of work', '--', ''), ('职业技能等级', 'Skill level', '三级/高级工', 'Level 3 / Advanced'),
        ('证书编号', 'Certificate number', 'S0000150100012535%05d', ''))
BODY = ('本证书由塔林市职业技能评价中心颁发，', '表明持证人通过本机构组织的职业技能等级认', '定，具备该职业（工种）相应技能等级水平。')
ENGLISH = ('This is to certify that the bearer has passed the vocational skill level',
           'assessment organised by this institution and has attained the level of',
           'skill in the occupation (type of work) stated in this certificate.')

def page(n):
    out = io.BytesIO()
    c = Canvas(out, pagesize=(297 * MM, 210 * MM), pageCompression=1)
    def text(x, y, font, size, says):
        c.setFont(font, size); c.drawString(x * MM, (210 - y) * MM, says)
    for inset in (7.6, 8.8, 19.3, 20.3):
        c.rect(inset * MM, inset * MM, (297 - 2 * inset) * MM, (210 - 2 * inset) * MM)
    text(40, 69, 'Bold', 30, '职业技能等级证书'); text(40, 77.4, 'Song', 9.8, 'CERTIFICATE OF VOCATIONAL SKILL LEVEL')
    for i, line in enumerate(BODY): text(39, 97.5 + 8.2 * i, 'Kai', 13, line)
    for i, line in enumerate(ENGLISH): text(39, 122 + 4.5 * i, 'Song', 8.4, line)
    for i, (zh, en, value, english) in enumerate(ROWS):
        y = 80.5 + 9.8 * i
        text(167, y, 'Song', 9.6, zh); text(167, y + 3.3, 'Song', 6.2, en)
        text(200, y, 'Kai', 13.5, value % n if '%' in value else value); text(240, y, 'Song', 7.8, english)
        c.line(199 * MM, (206.4 - y) * MM, 267 * MM, (206.4 - y) * MM)
    for x, y, size, font, says in ((39, 157, 9.2, 'Song', '评价机构（签章）'), (72.5, 157, 13, 'Kai', '塔林市职业技能评价中心'),
                                   (39, 170.5, 9.2, 'Song', '发证日期'), (72.5, 170.5, 13, 'Kai', '2025年7月1日'),
                                   (207, 153, 9.4, 'Song', '扫码核验真伪 · 离线亦可验证'), (207, 181, 9.2, 'Song', '29GP W5CK SZ8F NV4B')):
        text(x, y, font, size, says)
    m = 36 / (len(matrix) + 8)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark == '1': c.rect((166 + (x + 4) * m) * MM, (210 - 148.4 - (y + 5) * m) * MM, m * MM, m * MM, stroke=0, fill=1)
    c.showPage(); c.save()
    return out.getvalue()

size = len(page(0))
start, pages = time.process_time(), 20
for n in range(1, pages + 1): page(n)
print((time.process_time() - start) * 1000 / pages, size)
