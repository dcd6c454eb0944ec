package tpch

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var regions = []string{"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"}

var nations = []struct {
	name   string
	region int
}{
	{"ALGERIA", 0}, {"ARGENTINA", 1}, {"BRAZIL", 1}, {"CANADA", 1}, {"EGYPT", 4}, {"ETHIOPIA", 0}, {"FRANCE", 3}, {"GERMANY", 3}, {"INDIA", 2}, {"INDONESIA", 2},
	{"IRAN", 4}, {"IRAQ", 4}, {"JAPAN", 2}, {"JORDAN", 4}, {"KENYA", 0}, {"MOROCCO", 0}, {"MOZAMBIQUE", 0}, {"PERU", 1}, {"CHINA", 2}, {"ROMANIA", 3},
	{"SAUDI ARABIA", 4}, {"VIETNAM", 2}, {"RUSSIA", 3}, {"UNITED KINGDOM", 3}, {"UNITED STATES", 1},
}

func words(s string) []string { return strings.Split(s, ",") }

var (
	types        = [3][]string{words("STANDARD,SMALL,MEDIUM,LARGE,ECONOMY,PROMO"), words("ANODIZED,BURNISHED,PLATED,POLISHED,BRUSHED"), words("TIN,NICKEL,BRASS,STEEL,COPPER")}
	containers   = [2][]string{words("SM,LG,MED,JUMBO,WRAP"), words("CASE,BOX,BAG,JAR,PKG,PACK,CAN,DRUM")}
	segments     = words("AUTOMOBILE,BUILDING,FURNITURE,MACHINERY,HOUSEHOLD")
	priorities   = words("1-URGENT,2-HIGH,3-MEDIUM,4-NOT SPECIFIED,5-LOW")
	instructions = words("DELIVER IN PERSON,COLLECT COD,NONE,TAKE BACK RETURN")
	modes        = words("REG AIR,AIR,RAIL,SHIP,TRUCK,MAIL,FOB")
	colours      = words("almond,antique,aquamarine,azure,beige,bisque,black,blanched,blue,blush,brown,burlywood,burnished,chartreuse,chiffon,chocolate,coral,cornflower,cornsilk,cream,cyan,dark,deep,dim,dodger,drab,firebrick,floral,forest,frosted,gainsboro,ghost,goldenrod,green,grey,honeydew,hot,indian,ivory,khaki,lace,lavender,lawn,lemon,light,lime,linen,magenta,maroon,medium,metallic,midnight,mint,misty,moccasin,navajo,navy,olive,orange,orchid,pale,papaya,peach,peru,pink,plum,powder,puff,purple,red,rose,rosy,royal,saddle,salmon,sandy,seashell,sienna,sky,slate,smoke,snow,spring,steel,tan,thistle,tomato,turquoise,violet,wheat,white,yellow")
	nouns        = words("foxes,ideas,theodolites,pinto beans,instructions,dependencies,excuses,platelets,asymptotes,courts,dolphins,multipliers,sauternes,warthogs,frets,dinos,attainments,somas,braids,hockey players,frays,warhorses,dugouts,notornis,epitaphs,pearls,tithes,waters,orbits,gifts,sheaves,depths,sentiments,decoys,realms,pains,grouches,escapades,packages,requests,accounts,deposits")
	verbs        = words("sleep,wake,are,cajole,haggle,nag,use,boost,affix,detect,integrate,maintain,nod,was,lose,sublate,solve,thrash,promise,engage,hinder,print,x-ray,breach,eat,grow,impress,mold,poach,serve,run,dazzle,snooze,doze,unwind,kindle,play,hang,believe,doubt")
	adjectives   = words("furious,sly,careful,blithe,quick,fluffy,slow,quiet,ruthless,thin,close,dogged,daring,brave,stealthy,permanent,enticing,idle,busy,regular,final,ironic,even,bold,silent,special,pending,express,unusual")
	adverbs      = words("sometimes,always,never,furiously,slyly,carefully,blithely,quickly,fluffily,slowly,quietly,ruthlessly,thinly,closely,doggedly,daringly,bravely,stealthily,permanently,enticingly,idly,busily,regularly,finally,ironically,evenly,boldly,silently")
)

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// text is sentences of least to most bytes, cut where that ends.
func text(r *rand.Rand, least, most int) string {
	n := least + r.IntN(most-least+1)
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(pick(r, adjectives) + " " + pick(r, nouns) + " " + pick(r, verbs) + " " + pick(r, adverbs) + ". ")
	}
	return strings.TrimRight(b.String()[:n], " ")
}

// partName is five different colours.
func partName(r *rand.Rand) string {
	var out []string
	for len(out) < 5 {
		w := pick(r, colours)
		for _, x := range out {
			if x == w {
				w = ""
			}
		}
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

func address(r *rand.Rand) string {
	const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ "
	b := make([]byte, 10+r.IntN(31))
	for i := range b {
		b[i] = letters[r.IntN(len(letters)-1)]
	}
	return string(b)
}

func phone(r *rand.Rand, nation int) string {
	return fmt.Sprintf("%d-%03d-%03d-%04d", 10+nation, 100+r.IntN(900), 100+r.IntN(900), 1000+r.IntN(9000))
}
